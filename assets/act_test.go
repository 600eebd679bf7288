package assets

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What must never be, whatever the table says.
func TestActsNeverDoWrong(t *testing.T) {
	t.Parallel()
	handsOut := map[State]bool{InKit: true, InUse: true, OnLoan: true}
	for _, a := range itemTable.Names() {
		_, err := a.From(Retired)
		require.Error(t, err, "%s", a)
		for _, s := range []State{Quarantined, InRepair, Lost, InTransit} {
			if to, err := a.From(s); err == nil {
				require.False(t, handsOut[to], "%s: from %s to %s", a, s, to)
			}
		}
	}
	for _, k := range []CustodianKind{Person, Technician, Depot} {
		for _, s := range []State{Retired, Lost, InRepair, InTransit} {
			_, err := s.Correct(k)
			requireCode(t, "item_state", err)
		}
		_, err := OnLoan.Correct(k)
		requireCode(t, "item_on_loan", err)
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
	require.EqualError(t, err, "item_state: \"issued\" does not fit an item that is quarantined, only one that is in stock or in kit; read it again")
}
