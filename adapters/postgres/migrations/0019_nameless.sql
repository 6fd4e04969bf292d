-- kind: additive; a ticket whose test command tells no test by name, as far as the platform reads it

alter table tickets add column nameless boolean not null default false;
