package auth

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// manager answers like Secrets Manager, in the fake time of a bubble.
type manager struct {
	reads atomic.Int32
	hangs atomic.Bool
}

func (m *manager) GetSecretValue(ctx context.Context, _ *secretsmanager.GetSecretValueInput, _ ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error) {
	m.reads.Add(1)
	if m.hangs.Load() {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return &secretsmanager.GetSecretValueOutput{SecretString: aws.String("a-plain-key")}, nil
}

// The keys are read once a minute, as long as the service runs and no longer,
// even where the manager never answers.
func TestTheKeysAreReadAgainUntilTheServiceEnds(t *testing.T) {
	for name, hangs := range map[string]bool{"answering": false, "hanging": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := &manager{}
				s, err := OpenSecret(t.Context(), m, "keys", slog.New(slog.DiscardHandler))
				if err != nil {
					t.Fatal(err)
				}
				m.reads.Store(0)
				m.hangs.Store(hangs)
				ctx, stop := context.WithCancel(t.Context())
				ended := make(chan struct{})
				go func() { s.Run(ctx); close(ended) }()
				time.Sleep(10*time.Minute + 30*time.Second)
				if m.reads.Load() != 10 {
					t.Errorf("read %d times in ten and a half minutes", m.reads.Load())
				}
				stop()
				<-ended
				time.Sleep(time.Hour)
				if m.reads.Load() != 10 {
					t.Errorf("read %d times after the end", m.reads.Load()-10)
				}
				s.expect(t, "a-plain-key", "default")
			})
		})
	}
}
