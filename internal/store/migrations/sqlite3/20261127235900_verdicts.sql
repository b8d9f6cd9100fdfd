-- +goose Up
-- disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- create "new_conversations" table
CREATE TABLE `new_conversations` (`id` text NOT NULL, `owner_key` text NOT NULL, `owner_user` text NOT NULL DEFAULT (''), `topic` text NOT NULL DEFAULT (''), `stance` text NOT NULL DEFAULT (''), `title` text NOT NULL DEFAULT (''), `language` text NOT NULL DEFAULT (''), `difficulty` text NOT NULL DEFAULT (''), `persona` text NOT NULL DEFAULT (''), `turn_count` integer NOT NULL DEFAULT (0), `revision` integer NOT NULL DEFAULT (0), `created_at` integer NOT NULL, `updated_at` integer NOT NULL, `summary` text NOT NULL DEFAULT (''), `summary_through` integer NOT NULL DEFAULT (0), `format` text NOT NULL DEFAULT (''), `rounds` integer NOT NULL DEFAULT (0), `over` bool NOT NULL DEFAULT (false), `opinion_before` integer NULL, `opinion_after` integer NULL, `opinion_turn` integer NOT NULL DEFAULT (0), `share` text NOT NULL DEFAULT (''), `request_id` text NOT NULL DEFAULT (''), `request_hash` blob NULL, PRIMARY KEY (`id`));
-- copy rows from old table "conversations" to new temporary table "new_conversations"
INSERT INTO `new_conversations` (`id`, `owner_key`, `owner_user`, `topic`, `stance`, `title`, `language`, `difficulty`, `persona`, `turn_count`, `revision`, `created_at`, `updated_at`, `summary`, `summary_through`) SELECT `id`, `owner_key`, `owner_user`, `topic`, `stance`, `title`, `language`, `difficulty`, `persona`, `turn_count`, `revision`, `created_at`, `updated_at`, `summary`, `summary_through` FROM `conversations`;
-- drop "conversations" table after copying rows
DROP TABLE `conversations`;
-- rename temporary table "new_conversations" to "conversations"
ALTER TABLE `new_conversations` RENAME TO `conversations`;
-- create index "conversation_owner_key_owner_user_updated_at_id" to table: "conversations"
CREATE INDEX `conversation_owner_key_owner_user_updated_at_id` ON `conversations` (`owner_key`, `owner_user`, `updated_at` DESC, `id` DESC);
-- create index "conversation_share" to table: "conversations"
CREATE UNIQUE INDEX `conversation_share` ON `conversations` (`share`) WHERE share <> '';
-- create index "conversation_request" to table: "conversations"
CREATE UNIQUE INDEX `conversation_request` ON `conversations` (`owner_key`, `owner_user`, `request_id`) WHERE request_id <> '';
-- create "verdicts" table
CREATE TABLE `verdicts` (`id` text NOT NULL, `owner_key` text NOT NULL, `owner_user` text NOT NULL DEFAULT (''), `request_id` text NOT NULL DEFAULT (''), `request_hash` blob NULL, `through_turn` integer NOT NULL, `created_at` integer NOT NULL, `holder` text NOT NULL, `lease_until` integer NOT NULL, `state` text NOT NULL, `judge` text NOT NULL DEFAULT (''), `findings` text NOT NULL DEFAULT (''), `input_tokens` integer NOT NULL DEFAULT (0), `output_tokens` integer NOT NULL DEFAULT (0), `failure_reason` text NOT NULL DEFAULT (''), `failure_message` text NOT NULL DEFAULT (''), `finished_at` integer NOT NULL DEFAULT (0), `conversation_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `verdicts_conversations_verdicts` FOREIGN KEY (`conversation_id`) REFERENCES `conversations` (`id`) ON DELETE CASCADE);
-- create index "verdict_conversation_id_id" to table: "verdicts"
CREATE INDEX `verdict_conversation_id_id` ON `verdicts` (`conversation_id`, `id`);
-- create index "verdict_running" to table: "verdicts"
CREATE UNIQUE INDEX `verdict_running` ON `verdicts` (`conversation_id`) WHERE state = 'running';
-- create index "verdict_request" to table: "verdicts"
CREATE UNIQUE INDEX `verdict_request` ON `verdicts` (`owner_key`, `owner_user`, `request_id`) WHERE request_id <> '';
-- create index "verdict_lease" to table: "verdicts"
CREATE INDEX `verdict_lease` ON `verdicts` (`lease_until`) WHERE state = 'running';
-- create "votes" table
CREATE TABLE `votes` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `before` integer NOT NULL, `after` integer NOT NULL, `count` integer NOT NULL DEFAULT (1), `conversation_id` text NOT NULL, CONSTRAINT `votes_conversations_votes` FOREIGN KEY (`conversation_id`) REFERENCES `conversations` (`id`) ON DELETE CASCADE);
-- create index "vote_conversation_id_before_after" to table: "votes"
CREATE UNIQUE INDEX `vote_conversation_id_before_after` ON `votes` (`conversation_id`, `before`, `after`);
-- enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;

-- +goose Down
-- reverse: create index "vote_conversation_id_before_after" to table: "votes"
DROP INDEX `vote_conversation_id_before_after`;
-- reverse: create "votes" table
DROP TABLE `votes`;
-- reverse: create index "verdict_lease" to table: "verdicts"
DROP INDEX `verdict_lease`;
-- reverse: create index "verdict_request" to table: "verdicts"
DROP INDEX `verdict_request`;
-- reverse: create index "verdict_running" to table: "verdicts"
DROP INDEX `verdict_running`;
-- reverse: create index "verdict_conversation_id_id" to table: "verdicts"
DROP INDEX `verdict_conversation_id_id`;
-- reverse: create "verdicts" table
DROP TABLE `verdicts`;
-- reverse: create index "conversation_request" to table: "conversations"
DROP INDEX `conversation_request`;
-- reverse: create index "conversation_share" to table: "conversations"
DROP INDEX `conversation_share`;
-- reverse: create index "conversation_owner_key_owner_user_updated_at_id" to table: "conversations"
DROP INDEX `conversation_owner_key_owner_user_updated_at_id`;
-- reverse: create "new_conversations" table
DROP TABLE `new_conversations`;
