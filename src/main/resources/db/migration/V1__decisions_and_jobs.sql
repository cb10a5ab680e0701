-- One dialect for H2 and PostgreSQL: standard types, and text for what has no bound.

create table jobs (
  id               varchar(64)  not null primary key,
  kind             varchar(32)  not null,
  state            varchar(16)  not null,
  owner            varchar(64),
  lease_until      timestamp with time zone,
  not_before       timestamp with time zone not null,
  attempts         integer      not null,
  interruptions    integer      not null,
  cancel_requested boolean      not null,
  purge_requested  boolean      not null,
  revision         bigint       not null,
  progress_phase   varchar(64),
  progress_what    varchar(256),
  progress_done    integer      not null,
  progress_total   integer      not null,
  progress_tokens  bigint       not null,
  error_code       varchar(64),
  error_message    text,
  created_at       timestamp with time zone not null,
  started_at       timestamp with time zone,
  finished_at      timestamp with time zone
);

create index jobs_by_turn on jobs (state, not_before, created_at);

create table decisions (
  id               varchar(64)  not null primary key,
  idempotency_key  varchar(200) unique,
  request_sha256   varchar(64)  not null,
  request          text         not null,
  task_name        varchar(200) not null,
  policy_name      varchar(200) not null,
  verdict          varchar(16),
  record           text,
  created_at       timestamp with time zone not null
);

create index decisions_by_age on decisions (created_at, id);

create table outcomes (
  decision_id      varchar(64)  not null references decisions (id) on delete cascade,
  position         integer      not null,
  candidate        varchar(200) not null,
  split            varchar(16)  not null,
  item             varchar(200) not null,
  outcome          varchar(16)  not null,
  score            double precision,
  cached_tokens    bigint       not null,
  fresh_tokens     bigint       not null,
  output_tokens    bigint       not null,
  primary key (decision_id, position)
);
