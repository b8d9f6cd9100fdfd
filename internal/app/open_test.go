package app

import (
	"context"
	"errors"
	"testing"
)

func TestADatabaseThatMayPauseIsAskedUntilItAnswers(t *testing.T) {
	away, asked := errors.New("away"), 0
	ping := untilItWorks(func(context.Context) error {
		asked++
		if asked < 3 {
			return away
		}
		return nil
	})
	for n, want := range []error{away, away, nil, nil, nil} {
		if err := ping(t.Context()); !errors.Is(err, want) {
			t.Errorf("%d: %v", n, err)
		}
	}
	if asked != 3 {
		t.Errorf("it was asked %d times", asked)
	}
}
