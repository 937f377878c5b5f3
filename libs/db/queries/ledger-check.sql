-- Generated from the repositories (libs/db/src/generate/main.ts). Do not edit.

-- takeLedgerTurn
select
    pg_try_advisory_xact_lock(hashtextextended('attune.ledger', 0)) and not exists (
      select from attune.ledger_check c
      where c.created > now() - $1::double precision * interval '1 millisecond'
    ) as turn;

-- insertLedgerCheck
insert into "attune"."ledger_check" ("window_from", "window_to", "balanced", "counts", "imbalances")
values ($1, $2, $3, $4, $5)
returning *;
