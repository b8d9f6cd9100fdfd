package app

import (
	"testing"

	"github.com/debate-chatbot/debate-api/internal/auth"
	"github.com/debate-chatbot/debate-api/internal/config"
)

func TestTheSingleKeyAndTheAbsentOneHaveADailyQuota(t *testing.T) {
	for name, c := range map[string]config.Config{"a key": {APIKey: "correct-horse", DailyTokens: 500}, "none": {DailyTokens: 500}} {
		who, err := openCallers(t.Context(), c, nil)
		if err != nil || (who.keys == nil) != c.Keyless() || who.quota(auth.DefaultName) != 500 {
			t.Errorf("%s: %+v, %v", name, who, err)
		}
	}
}
