-- +goose Up
-- add column "ledger" to table: "attempts"
ALTER TABLE `attempts` ADD COLUMN `ledger` text NULL;
-- add column "ledger" to table: "turns"
ALTER TABLE `turns` ADD COLUMN `ledger` text NULL;

-- +goose Down
-- reverse: add column "ledger" to table: "turns"
ALTER TABLE `turns` DROP COLUMN `ledger`;
-- reverse: add column "ledger" to table: "attempts"
ALTER TABLE `attempts` DROP COLUMN `ledger`;
