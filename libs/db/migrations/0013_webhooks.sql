-- The secret of a webhook is exchanged as its key is: the one before is accepted until its overlap ends. It stays
-- sealed for the place it was sealed for when it moves here.

alter table attune.trigger
  add column webhook_previous_secret_sealed jsonb,
  add column webhook_previous_secret_expires_at timestamptz,
  add constraint trigger_webhook_previous_secret_sealed_state
    check ((webhook_previous_secret_sealed is null) = (webhook_previous_secret_expires_at is null));

alter table attune.webhook_delivery
  add column method text collate "C",
  -- Refusals of the same kind since the last row of it that were not written down: a flood leaves a trace, not a flood.
  add column omitted integer not null default 0,
  add constraint webhook_delivery_omitted_not_negative check (omitted >= 0);

-- Read newest first, by what became of them; refusals are few among all.
drop index attune.webhook_delivery_trigger_idx;
create index webhook_delivery_trigger_idx on attune.webhook_delivery (trigger, created, id);
create index webhook_delivery_refused_idx on attune.webhook_delivery (trigger, created, id) where status_code >= 400;
