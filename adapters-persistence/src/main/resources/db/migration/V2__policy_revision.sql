-- How often the network policy of the sandbox was changed; the policy itself is part of the spec.
alter table sandbox add column policy_revision bigint default 0 not null check (policy_revision >= 0);
