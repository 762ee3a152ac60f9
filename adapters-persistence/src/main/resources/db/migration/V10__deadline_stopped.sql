-- Since when time does not count towards the deadline; then nothing is due.
alter table sandbox add column deadline_stopped_at timestamp(6) with time zone;
alter table sandbox add constraint sandbox_only_a_deadline_is_stopped
    check (deadline_stopped_at is null or (expires_at is not null and due_at is null));
