-- The snapshot that an entry is about; null where it is about the sandbox itself.
alter table journal add column snapshot_id uuid;
