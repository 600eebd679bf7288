package stage_test

import (
	"testing"

	"roundsman/dispatch"
	"roundsman/dispatch/field"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// The person reads, in their own language, the spoken name that the desk sees on
// the promise; when somebody else comes, both change before anybody arrives; and
// it is that one who stands at the door.
func TestTheNameAtTheDoorIsTheOneThatWasTold(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 1})
	ctx := t.Context()
	_, err := s.Pool.Exec(ctx, `update technicians set spoken_name = case id when $1 then 'Theresa' else 'Tomasz' end`, s.Setup.Technicians[0].ID)
	require.NoError(t, err)
	_, err = s.Pool.Exec(ctx, `update people set language = 'de-CH' where id = $1`, stage.Name("person 0"))
	require.NoError(t, err)
	spoken := []string{"Theresa", "Tomasz"}

	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	first := crewOf(t, s, promise(t, s, p.Promise.ID).Promise.TechnicianID)
	body := func(kind string) string {
		list, _, err := s.Desk.Notices(ctx, s.Agent, dispatch.NoticeFilter{PromiseID: &p.Promise.ID}, dispatch.Page{Limit: 50})
		require.NoError(t, err)
		for _, n := range list {
			if n.Kind == kind {
				return n.Body
			}
		}
		return ""
	}
	require.Regexp(t, `^Pat, `+spoken[first]+` kommt heute zwischen \d\d:\d\d und \d\d:\d\d Uhr zu Ihnen\. \(T-\d+\)$`, body("promise_made"))
	require.Equal(t, spoken[first], promise(t, s, p.Promise.ID).TechnicianSpoken)

	away(t, s, first)
	second := 1 - first
	require.Contains(t, body("technician_changed"), "Pat, statt wie angekündigt kommt nun "+spoken[second]+" zu Ihnen, wie zugesagt heute zwischen ")
	require.Equal(t, spoken[second], promise(t, s, p.Promise.ID).TechnicianSpoken)
	stops := roundOf(t, s, second).Stops
	require.Len(t, stops, 1)

	_, err = s.Field.Leave(ctx, s.Crew[second], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.Contains(t, body("on_the_way"), "Pat, "+spoken[second]+" ist auf dem Weg zu Ihnen.")
}
