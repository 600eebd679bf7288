package day

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func whole(w *town, rounds ...Act) *Change {
	r := &Reorder{Day: w.Key}
	for _, a := range rounds {
		r.Rounds = append(r.Rounds, *a.Order)
	}
	return &Change{Kind: KindPlan, Acts: []Act{{Rounds: r}}}
}

// As it stands: Anna drives Xu 8:10, Yi 8:50 and is home at 9:40, 40 minutes' way.
// The draft sends her to Yi 8:20 and then Xu 9:00, as far, and Bela, who lives at
// minute 60, to Zoe (15) and back: 90 minutes' way.
func TestADraftBesideTheRoundsAsTheyStand(t *testing.T) {
	t.Parallel()
	w := simple()
	b := w.board(at("07:30"))
	c, blocked := b.Compare(nil, whole(w, named("Anna", "Yi", "Xu"), named("Bela", "Zoe")))
	require.Empty(t, blocked)
	require.Equal(t, Side{TravelSeconds: 2400, TravelMetres: 40000, Assigned: 2, Waiting: 1}, c.From)
	require.Equal(t, Side{TravelSeconds: 7800, TravelMetres: 130000, Assigned: 3}, c.To)
	causes := map[string]string{}
	for _, d := range c.Visits {
		causes[d.PersonName] = d.Cause
	}
	require.Equal(t, map[string]string{"Xu": "reordered", "Yi": "reordered", "Zoe": "placed"}, causes)
	require.Equal(t, Churn{Moved: 3, Minutes: 80}, c.Churn, "Xu by 50 minutes, Yi by 30")

	back, blocked := b.Compare(whole(w, named("Anna", "Yi", "Xu"), named("Bela", "Zoe")), nil)
	require.Empty(t, blocked)
	require.Equal(t, c.From, back.To)
	for _, d := range back.Visits {
		if d.PersonName == "Zoe" {
			require.Equal(t, "left_out", d.Cause)
		}
	}
	same, _ := b.Compare(nil, nil)
	require.Empty(t, same.Visits)
	require.Zero(t, same.Churn)
}

// Taking Xu over, Bela changes who comes; Yi, behind him, only starts earlier.
func TestEachDifferenceHasItsCause(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.tech("Bela", lives(60))
	w.visit("Wu", 5, 30)
	w.visit("Xu", 10, 30, promised(at("08:00"), at("12:00"), "Anna"))
	w.visit("Yi", 20, 30)
	w.visit("Zed", 25, 30)
	w.round("Anna", "Wu", "Xu", "Yi", "Zed")
	c, blocked := w.board(at("07:30")).Compare(nil, whole(w, named("Anna", "Wu", "Yi", "Zed"), named("Bela", "Xu")))
	require.Empty(t, blocked)
	causes := map[string]string{}
	for _, d := range c.Visits {
		causes[d.PersonName] = d.Cause
		if d.PersonName == "Yi" {
			require.Equal(t, id("Wu"), *d.Behind)
		}
	}
	require.Equal(t, map[string]string{"Xu": "other_technician", "Yi": "reordered", "Zed": "shifted"}, causes)
	require.Equal(t, 1, c.Churn.Technicians)
	require.Equal(t, 1, c.Churn.Promised)
	require.Len(t, c.Promises, 1)
	require.Equal(t, "Bela", c.Promises[0].TechnicianName)

	for i := range w.Shifts {
		if w.Shifts[i].Name == "Anna" {
			w.Shifts[i].Away = []Span{{at("08:00"), at("17:00")}}
		}
	}
	c, blocked = w.board(at("07:30")).Compare(nil, whole(w, named("Bela", "Wu", "Xu", "Yi", "Zed")))
	require.Empty(t, blocked)
	for _, d := range c.Visits {
		require.Equal(t, "technician_away", d.Cause, d.PersonName)
	}
	_, blocked = w.board(at("07:30")).Compare(nil, whole(w, named("Anna", "Nobody")))
	require.Equal(t, []string{"visit_missing"}, clauseCodes(blocked))
	_, blocked = w.board(at("07:30")).Compare(whole(w, named("Anna", "Nobody")), nil)
	require.NotEmpty(t, blocked)
}
