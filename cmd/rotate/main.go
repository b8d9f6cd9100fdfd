// Command rotate is the function of AWS Lambda that Secrets Manager calls to rotate
// the callers' API keys: each key gets a successor, and the service takes both for
// 24 hours. It is part of no other program.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/aws"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	account, err := aws.Open(context.Background(), "") // Lambda sets the region
	if err != nil {
		log.Error("cannot start", "error", err)
		os.Exit(1)
	}
	lambda.Start(rotator{account.Secrets(), log}.handle)
}

// The stages of a secret's versions.
const (
	current = "AWSCURRENT"
	pending = "AWSPENDING"
)

type rotator struct {
	manager *secretsmanager.Client
	log     *slog.Logger
}

// handle does one of the four steps. Secrets Manager repeats those that fail, and
// may repeat those that did not: each finds what was done already.
func (r rotator) handle(ctx context.Context, e events.SecretsManagerSecretRotationEvent) error {
	did, err := r.step(ctx, e)
	if err != nil {
		r.log.ErrorContext(ctx, "step failed", "step", e.Step, "secret", e.SecretID, "version", e.ClientRequestToken, "error", err)
		return fmt.Errorf("rotate: %s: %w", e.Step, err)
	}
	r.log.InfoContext(ctx, did, "step", e.Step, "secret", e.SecretID, "version", e.ClientRequestToken)
	return nil
}

func (r rotator) step(ctx context.Context, e events.SecretsManagerSecretRotationEvent) (did string, err error) {
	secret, err := r.manager.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &e.SecretID})
	if err != nil {
		return "", fmt.Errorf("look at the secret: %w", err)
	}
	stages, known := secret.VersionIdsToStages[e.ClientRequestToken]
	switch {
	case slices.Contains(stages, current):
		return "this version counts already", nil
	case !known || !slices.Contains(stages, pending):
		return "", errors.New("the version is not staged for rotation; start one with `aws secretsmanager rotate-secret`")
	}
	switch e.Step {
	case "createSecret":
		return r.create(ctx, e)
	case "setSecret":
		return "nothing to set: the service reads the secret itself", nil
	case "testSecret":
		return "the new version can take the current one's place", r.test(ctx, e)
	case "finishSecret":
		return "the new version counts, and the one before for 24 hours", r.finish(ctx, e, secret.VersionIdsToStages)
	default:
		return "", errors.New("no such step")
	}
}

// create stores a successor of each key as the pending version, unless that has one.
func (r rotator) create(ctx context.Context, e events.SecretsManagerSecretRotationEvent) (string, error) {
	const there = "the new version was made before"
	if _, err := r.pending(ctx, e); err == nil {
		return there, nil
	} else if _, ok := errors.AsType[*types.ResourceNotFoundException](err); !ok {
		return "", err
	}
	now, err := r.current(ctx, e)
	if err != nil {
		return "", err
	}
	next, err := auth.Rotate(now)
	if err != nil {
		return "", fmt.Errorf("the current version: %w", err)
	}
	_, err = r.manager.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{
		SecretId: &e.SecretID, ClientRequestToken: &e.ClientRequestToken, SecretString: &next, VersionStages: []string{pending},
	})
	if _, ok := errors.AsType[*types.ResourceExistsException](err); ok { // by this step, done twice at the same time
		return there, nil
	}
	if err != nil {
		return "", fmt.Errorf("store the new version: %w", err)
	}
	return "the new version is made", nil
}

// test holds the pending version against the current one. Where a rotation is set up without one that begins
// at once, Secrets Manager tries the function with this step alone, on a pending version that has the current
// one's value, and takes that version away again.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html (RotateImmediately)
// https://github.com/getmoto/moto/pull/8547
func (r rotator) test(ctx context.Context, e events.SecretsManagerSecretRotationEvent) error {
	now, next, err := r.both(ctx, e)
	if err != nil || next == now {
		return err
	}
	return auth.CheckRotated(now, next)
}

// finish has the pending version count. The one that did becomes AWSPREVIOUS.
func (r rotator) finish(ctx context.Context, e events.SecretsManagerSecretRotationEvent, versions map[string][]string) error {
	now, next, err := r.both(ctx, e)
	if err != nil {
		return err
	}
	if err := auth.CheckRotated(now, next); err != nil {
		return err
	}
	move := &secretsmanager.UpdateSecretVersionStageInput{SecretId: &e.SecretID, VersionStage: new(current), MoveToVersionId: &e.ClientRequestToken}
	for id, stages := range versions {
		if slices.Contains(stages, current) {
			move.RemoveFromVersionId = &id
		}
	}
	if _, err := r.manager.UpdateSecretVersionStage(ctx, move); err != nil {
		return fmt.Errorf("have the new version count: %w", err)
	}
	return nil
}

func (r rotator) both(ctx context.Context, e events.SecretsManagerSecretRotationEvent) (now, next string, err error) {
	if now, err = r.current(ctx, e); err != nil {
		return "", "", err
	}
	next, err = r.pending(ctx, e)
	return now, next, err
}

func (r rotator) current(ctx context.Context, e events.SecretsManagerSecretRotationEvent) (string, error) {
	return r.read(ctx, &secretsmanager.GetSecretValueInput{SecretId: &e.SecretID, VersionStage: new(current)})
}

func (r rotator) pending(ctx context.Context, e events.SecretsManagerSecretRotationEvent) (string, error) {
	return r.read(ctx, &secretsmanager.GetSecretValueInput{SecretId: &e.SecretID, VersionId: &e.ClientRequestToken, VersionStage: new(pending)})
}

func (r rotator) read(ctx context.Context, version *secretsmanager.GetSecretValueInput) (string, error) {
	out, err := r.manager.GetSecretValue(ctx, version)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", *version.VersionStage, err)
	}
	if out.SecretString == nil {
		return "", fmt.Errorf("read %s: it holds bytes, and no text", *version.VersionStage)
	}
	return *out.SecretString, nil
}
