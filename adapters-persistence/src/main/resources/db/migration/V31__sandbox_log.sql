-- The end of what the entry process of an ended sandbox wrote.
create table sandbox_log (
    sandbox_id  uuid    not null primary key references sandbox (id) on delete cascade,
    sealed_text bytea   not null,
    truncated   boolean not null
);
