-- How far each receiver of webhooks was told, and which server tells it now.
create table webhook_cursor (
    endpoint      varchar(2048)               not null primary key,
    last_done     bigint                      not null check (last_done >= 0),
    attempts      integer                     not null check (attempts >= 0),
    retry_at      timestamp(6) with time zone,
    claimed_by    varchar(64)                 not null,
    claimed_until timestamp(6) with time zone not null
);

create table webhook_dead_letter (
    endpoint     varchar(2048)               not null,
    entry_number bigint                      not null,
    attempts     integer                     not null,
    reason       varchar                     not null,
    buried_at    timestamp(6) with time zone not null,
    primary key (endpoint, entry_number)
);

create index webhook_dead_letter_by_time on webhook_dead_letter (buried_at);
