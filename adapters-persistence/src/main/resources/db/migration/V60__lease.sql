-- Who of several servers does something. Times are the database's own. A row stays after its end for a while, so that
-- the number of the next lease of that name is greater.
create table lease (
    lease_name varchar(256)                not null primary key,
    holder     varchar(64)                 not null,
    term       bigint                      not null,
    ends_at    timestamp(6) with time zone not null
);

-- Which server makes a Pending sandbox run; of no meaning in any other state.
alter table sandbox add column provisioner varchar(64);
