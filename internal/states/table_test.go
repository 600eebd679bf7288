package states

import (
	"testing"

	"roundsman/internal/fault"

	"github.com/stretchr/testify/require"
)

type (
	doorAct   string
	doorState string
)

var door = Table[doorAct, doorState]{
	Noun: "old door", Code: "door_state", Hint: "look at it first", States: []doorState{"shut", "ajar", "wide_open"},
	Acts: []Act[doorAct, doorState]{
		{Name: "push", From: []doorState{"shut", "ajar"}, To: []doorState{"wide_open", "ajar"}},
		{Name: "shut", From: []doorState{"ajar", "wide_open"}, To: []doorState{"shut"}},
		{Name: "paint", From: []doorState{"shut"}, Code: "paint_wet", Codes: map[doorState]string{"wide_open": "door_far"}, Hint: "shut it"},
		{Name: "creak", From: []doorState{"shut"}, To: []doorState{"ajar"}, Code: Nothing},
		{Name: "creak", From: []doorState{"ajar"}},
	},
}

func TestATableAnswersEveryPair(t *testing.T) {
	t.Parallel()
	require.NoError(t, door.Allows("shut", "push"))
	err := door.Allows("wide_open", "push")
	f := fault.Of(err)
	require.Equal(t, "door_state", f.Code)
	require.Equal(t, fault.Conflict, f.Kind)
	require.Equal(t, `"push" does not fit an old door that is wide open, only one that is shut or ajar; look at it first`, f.Message)
	require.Equal(t, []doorState{"shut", "ajar"}, f.Members["allowed"])
	require.Equal(t, doorState("wide_open"), f.Members["state"])
	require.Equal(t, "paint_wet", fault.CodeOf(door.Allows("ajar", "paint")))
	require.Contains(t, door.Allows("ajar", "paint").Error(), "; shut it")
	require.Equal(t, "door_far", fault.CodeOf(door.Allows("wide_open", "paint")))
	require.Equal(t, "door_state", fault.CodeOf(door.Allows("ajar", "kick")), "what is no act fits nothing")

	after, err := door.After("shut", "push")
	require.NoError(t, err)
	require.Equal(t, doorState("wide_open"), after)
	after, err = door.After("shut", "paint")
	require.NoError(t, err)
	require.Equal(t, doorState("shut"), after)
	after, err = door.After("wide_open", "push")
	require.Equal(t, doorState("wide_open"), after)
	require.Error(t, err)

	require.Equal(t, []doorState{"ajar", "wide_open"}, door.Next("shut"))
	require.True(t, door.MayBecome("wide_open", "shut"))
	require.False(t, door.MayBecome("wide_open", "ajar"))
}

func TestASheetShowsWhatTheTableSays(t *testing.T) {
	t.Parallel()
	s := door.Sheet()
	require.Equal(t, "states.doorState", s.Type)
	require.Len(t, s.Pairs, 12)
	require.Equal(t, `| act | shut | ajar | wide_open |
|---|---|---|---|
| `+"`push`"+` | ● wide_open, ajar | ● wide_open, ajar | door_state |
| `+"`shut`"+` | door_state | ● shut | ● shut |
| `+"`paint`"+` | ● | paint_wet | door_far |
| `+"`creak`"+` | ● ajar | ● | – |
`, s.Markdown())
}
