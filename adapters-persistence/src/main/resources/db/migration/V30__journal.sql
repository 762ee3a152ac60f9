-- What became of sandboxes, one row for each event, written with the change itself. No reference to the sandbox: an
-- entry is kept for its time, whatever becomes of the sandbox.
create table journal (
    entry_number    bigint                      not null primary key,
    written_at      timestamp(6) with time zone not null,
    sandbox_id      uuid                        not null,
    kind            varchar(32)                 not null,
    state           varchar(16)                 not null,
    reason          varchar(32)                 not null,
    message         varchar                     not null,
    exit_code       integer,
    expires_at      timestamp(6) with time zone,
    policy_revision bigint                      not null,
    labels          varchar                     not null,
    actor_kind      varchar(16)                 not null,
    actor_name      varchar(128)                not null,
    request_id      varchar(128)
);

create index journal_by_sandbox on journal (sandbox_id, entry_number);
create index journal_by_time on journal (written_at);

-- One row. Whoever writes an entry holds it until the end of the transaction, so that numbers become visible in order
-- and without a gap, also when several servers write.
create table journal_head (
    only_row          smallint not null primary key check (only_row = 1),
    last_number       bigint   not null check (last_number >= 0),
    forgotten_through bigint   not null check (forgotten_through >= 0 and forgotten_through <= last_number)
);

insert into journal_head (only_row, last_number, forgotten_through) values (1, 0, 0);
