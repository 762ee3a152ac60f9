-- How often the signed URLs of a sandbox were revoked; no row means never.
create table endpoint_generation (
    sandbox_id uuid   not null primary key references sandbox (id) on delete cascade,
    generation bigint not null check (generation > 0)
);
