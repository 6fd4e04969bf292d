-- kind: additive; nothing: holds the number until the migration that it belongs to is here
select 1;
