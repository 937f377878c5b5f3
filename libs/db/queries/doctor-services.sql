-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- findTroubledWorkers
select w.id, w.name, w.incarnation, w.lease_expires_at > now() as alive,
  w.recovered_incarnation = w.incarnation as recovered, w.lease_expires_at, w.last_heartbeat,
  w.cordoned, w.cordon_reason, w.cordoned_at
from attune.worker w
where w.lease_expires_at is not null and (w.cordoned or w.lease_expires_at <= now())
  and w.last_heartbeat > now() - interval '1 day'
order by w.last_heartbeat desc limit 100;

-- findLastLedgerCheck
select c.created as checked_at, c.imbalances
from attune.ledger_check c
order by c.created desc
limit 1;
