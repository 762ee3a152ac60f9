-- The same SQL for H2 and PostgreSQL. The constraints are the net below the domain's rules, not the rules.

create table sandbox (
    id         uuid                        not null primary key,
    version    bigint                      not null check (version >= 0),
    state      varchar(16)                 not null
        check (state in ('PENDING', 'RUNNING', 'PAUSING', 'PAUSED', 'RESUMING', 'STOPPING', 'TERMINATED', 'FAILED')),
    -- Whether nothing leaves the state; a column of its own so that an index can hold it.
    ended      boolean                     not null,
    reason     varchar(32)                 not null,
    message    varchar                     not null,
    exit_code  integer,
    stop_cause varchar(16),
    since      timestamp(6) with time zone not null,
    created_at timestamp(6) with time zone not null,
    expires_at timestamp(6) with time zone,
    -- The deadline, as long as it can still have an effect.
    due_at     timestamp(6) with time zone,
    deleted_at timestamp(6) with time zone,
    spec       varchar                     not null,
    sealed_env bytea,
    constraint sandbox_ended_is_an_end_state check (ended = (state in ('TERMINATED', 'FAILED'))),
    constraint sandbox_only_stopping_has_a_cause check ((stop_cause is not null) = (state = 'STOPPING')),
    constraint sandbox_only_ended_has_an_exit_code check (exit_code is null or ended),
    constraint sandbox_only_wanted_is_due check (due_at is null or state not in ('STOPPING', 'TERMINATED', 'FAILED')),
    constraint sandbox_only_pending_has_an_env check (sealed_env is null or state = 'PENDING')
);

-- Each ends in the order in which sandboxes are listed, so that a page is read without sorting.
create index sandbox_by_end on sandbox (ended, created_at desc, id desc);
create index sandbox_by_state on sandbox (state, created_at desc, id desc);
create index sandbox_by_due_time on sandbox (due_at, id);

-- The labels again, beside those in the spec, to find sandboxes by.
create table sandbox_metadata (
    sandbox_id  uuid         not null references sandbox (id) on delete cascade,
    label_name  varchar(512) not null,
    label_value varchar(512) not null,
    primary key (sandbox_id, label_name)
);

create index sandbox_metadata_by_label on sandbox_metadata (label_name, label_value, sandbox_id);

-- No reference to the sandbox: a key is remembered for its time, whatever becomes of the sandbox.
create table create_request (
    owner              varchar(512)                not null,
    request_key        varchar(512)                not null,
    sealed_fingerprint bytea                       not null,
    sandbox_id         uuid                        not null,
    created_at         timestamp(6) with time zone not null,
    primary key (owner, request_key)
);

create index create_request_by_time on create_request (created_at);

create table private_image (
    repository varchar(512) not null primary key
);
