-- Which server marked it last. Only that one may take the mark back: another one's pull may still need it.
alter table private_image add column marked_by varchar(64);
