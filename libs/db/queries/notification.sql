-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- insertNotification
insert into "attune"."notification" ("channel", "entity_type", "entity", "activity", "content")
values ($1, $2, $3, $4, $5)
returning *, notification.content is not null as "has_content";

-- findNotification
select *, notification.content is not null as "has_content"
from "attune"."notification"
where "id" = $1;

-- getNotification
select *, notification.content is not null as "has_content"
from "attune"."notification"
where "id" = $1;

-- listNotifications
select *, notification.content is not null as "has_content", array["attune"."notification"."created"::text, "attune"."notification"."id"::text] as "page_key"
from "attune"."notification"
where "attune"."notification"."channel" = $1 and "attune"."notification"."entity_type" = $2 and "attune"."notification"."entity" = $3 and "attune"."notification"."state" = $4
order by "attune"."notification"."created" desc, "attune"."notification"."id" desc
limit $5;

select count(*) as "total"
from "attune"."notification"
where "attune"."notification"."channel" = $1 and "attune"."notification"."entity_type" = $2 and "attune"."notification"."entity" = $3 and "attune"."notification"."state" = $4;

-- updateNotification
update "attune"."notification"
set "state" = $1, "content" = $2, "updated" = now()
where "id" = $3
returning *, notification.content is not null as "has_content";

-- deleteNotification
delete
from "attune"."notification"
where "id" = $1;
