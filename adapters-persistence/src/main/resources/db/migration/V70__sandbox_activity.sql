-- When a sandbox was used last; no row means never.
create table sandbox_activity (
    sandbox_id   uuid                        not null primary key references sandbox (id) on delete cascade,
    last_used_at timestamp(6) with time zone not null
);
