package assets

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var states = []State{InStock, InTransit, InKit, InUse, OnLoan, Quarantined, InRepair, Lost, Retired}

// docs/states.md shows every act in every state it may meet: what it makes of the
// item, or nothing where it is refused.
func TestActsAreDocumented(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("<!-- acts -->\n| act |")
	for _, s := range states {
		fmt.Fprintf(&b, " %s |", s)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(states)) + "\n")
	for _, a := range Acts() {
		fmt.Fprintf(&b, "| %s |", a)
		for _, s := range states {
			to, err := a.From(s)
			if err != nil {
				requireCode(t, "item_state", err)
				to = ""
			}
			fmt.Fprintf(&b, " %s |", to)
		}
		b.WriteString("\n")
	}
	const file = "../docs/states.md"
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(text), "<!-- acts -->\n")
	require.True(t, found)
	written, after, found := strings.Cut(rest, "<!-- /acts -->")
	require.True(t, found)
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(file, []byte(before+b.String()+"<!-- /acts -->"+after), 0o600))
		return
	}
	require.Equal(t, strings.TrimPrefix(b.String(), "<!-- acts -->\n"), written, "the table of acts has changed; run the test with UPDATE=1")
}

// What must never be, whatever the table says.
func TestActsNeverDoWrong(t *testing.T) {
	t.Parallel()
	handsOut := map[State]bool{InKit: true, InUse: true, OnLoan: true}
	for _, a := range Acts() {
		_, err := a.From(Retired)
		requireCode(t, "item_state", err)
		for _, s := range []State{Quarantined, InRepair, Lost, InTransit} {
			if to, err := a.From(s); err == nil {
				require.False(t, handsOut[to], "%s: from %s to %s", a, s, to)
			}
		}
	}
	for _, k := range []CustodianKind{Person, Technician, Depot} {
		for _, s := range []State{Retired, Lost, InRepair, InTransit, OnLoan} {
			_, err := s.Correct(k)
			requireCode(t, "item_state", err)
		}
		if to, err := Quarantined.Correct(k); err == nil {
			require.Equal(t, Quarantined, to)
		}
	}
	to, err := InUse.Correct(Depot)
	require.NoError(t, err)
	require.Equal(t, Quarantined, to, "somebody's data are on it")
	_, err = Quarantined.Correct(Person)
	requireCode(t, "item_state", err)
}

func TestARefusalNamesTheStatesAllowed(t *testing.T) {
	t.Parallel()
	_, err := Issued.From(Quarantined)
	require.EqualError(t, err, "item_state: an item that is quarantined can't be issued; only one that is in kit or in stock")
}
