-- No reference to the sandbox: a snapshot outlives it.
create table snapshot (
    id           uuid                        not null primary key,
    version      bigint                      not null check (version >= 0),
    sandbox_id   uuid                        not null,
    snapshot_name varchar(256),
    state        varchar(16)                 not null
        check (state in ('CREATING', 'READY', 'DELETING', 'FAILED')),
    reason       varchar(64)                 not null,
    message      varchar                     not null,
    since        timestamp(6) with time zone not null,
    created_at   timestamp(6) with time zone not null,
    total_bytes  bigint check (total_bytes >= 0),
    unique_bytes bigint check (unique_bytes >= 0),
    constraint snapshot_only_ready_takes_up_space
        check ((total_bytes is not null) = (state = 'READY') and (unique_bytes is not null) = (state = 'READY'))
);

-- Each ends in the order in which snapshots are listed, so that a page is read without sorting.
create index snapshot_by_time on snapshot (created_at desc, id desc);
create index snapshot_by_state on snapshot (state, created_at desc, id desc);
create index snapshot_by_sandbox on snapshot (sandbox_id, created_at desc, id desc);
