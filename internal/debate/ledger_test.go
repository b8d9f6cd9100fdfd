package debate_test

import (
	"reflect"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/debate"
)

func TestALedgerGivesItsPointsBack(t *testing.T) {
	points := []debate.Point{
		{ID: debate.PointID(3, debate.User, 1), Turn: 3, Speaker: debate.User, Kind: debate.ClaimPoint, Start: 2, End: 9, Text: "Bücher \x00 \"sind\" gut"},
		{ID: debate.PointID(3, debate.Bot, 2), Turn: 3, Speaker: debate.Bot, Kind: debate.RebuttalPoint, End: 4, Text: "nein", Answers: []string{"3u1"}, Concedes: []string{"2u1"}},
	}
	got, err := debate.NewLedger(points...).Points()
	if err != nil || !reflect.DeepEqual(got, points) {
		t.Errorf("%+v, %v", got, err)
	}
	if points[0].ID != "3u1" || points[1].ID != "3b2" {
		t.Errorf("ids %s and %s", points[0].ID, points[1].ID)
	}
	if none, err := debate.NewLedger().Points(); debate.NewLedger() != "" || none != nil || err != nil {
		t.Errorf("an empty ledger: %q, %+v, %v", debate.NewLedger(), none, err)
	}
	if _, err := debate.Ledger("[").Points(); err == nil {
		t.Error("text that is no ledger was read")
	}
}
