-- Whose the sandbox is: the name of an API key, or null for one that was taken over from the runtime.
alter table sandbox add column owner varchar(64);
-- The limits again, beside those in the spec, to be summed up by owner.
alter table sandbox add column cpu_nanos bigint;
alter table sandbox add column memory_bytes bigint;

create index sandbox_by_owner on sandbox (owner, ended);
create index sandbox_by_owner_and_time on sandbox (owner, created_at);

-- One row for each owner who has a quota. Whoever adds a sandbox locks it first, so that what an owner uses cannot change
-- between the look at it and the insert, by however many servers.
create table sandbox_owner (
    owner varchar(64) not null primary key
);
