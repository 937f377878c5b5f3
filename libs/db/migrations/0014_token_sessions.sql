-- A login with an API token is a session that ends with the token and has no more than its scope.

alter table attune.session add column api_token bigint references attune.api_token on delete cascade;
create index session_api_token_idx on attune.session (api_token) where api_token is not null;
