-- By id: `dispatch_queue` is written by every scheduling, and must not be indexed for that to stay within its page.
create index execution_waiting_for_worker_idx on attune.execution (id) where waiting_for = 'worker';
