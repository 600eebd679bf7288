package postgres_test

import (
	"context"
	"testing"

	"roundsman/dispatch"
	"roundsman/internal/fault"

	"github.com/stretchr/testify/require"
)

func TestCallersAreFoundByWhatTheySay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	type found struct {
		person, by string
		sure       bool
	}
	gilByPhone := []found{{"Gil Guidry", "phone", true}}
	for what, c := range map[string]struct {
		q    dispatch.CallerQuery
		want []found
	}{
		"as it is kept":               {dispatch.CallerQuery{Phone: "+13025550142"}, gilByPhone},
		"without country":             {dispatch.CallerQuery{Phone: "302 555 0142"}, gilByPhone},
		"with slashes and dashes":     {dispatch.CallerQuery{Phone: "302/555-0142"}, gilByPhone},
		"with a leading 1":            {dispatch.CallerQuery{Phone: "1 (302) 555-0142"}, gilByPhone},
		"with a leading 0":            {dispatch.CallerQuery{Phone: "0302 555 0142"}, gilByPhone},
		"with 00 for +":               {dispatch.CallerQuery{Phone: "001 302 555 0142"}, gilByPhone},
		"with an extension":           {dispatch.CallerQuery{Phone: "302-555-0142 ext. 9"}, gilByPhone},
		"a shared desk phone":         {dispatch.CallerQuery{Phone: "302-555-0199"}, []found{{"Gil Guidry", "phone", false}, {"Mia O'Malley", "phone", false}}},
		"without area":                {dispatch.CallerQuery{Phone: "555 0142"}, []found{{"Gil Guidry", "phone", false}}},
		"an extension alone":          {dispatch.CallerQuery{Phone: "19978"}, []found{{"Mia O'Malley", "phone", false}}},
		"a number of nobody":          {dispatch.CallerQuery{Phone: "302 555 9999"}, nil},
		"no number at all":            {dispatch.CallerQuery{Phone: "call me"}, nil},
		"mail in any case":            {dispatch.CallerQuery{Mail: " MIA@bank.example"}, []found{{"Mia O'Malley", "mail", true}}},
		"employee number":             {dispatch.CallerQuery{EmployeeNumber: "e1003"}, []found{{"Raj_Patel", "employee_number", true}}},
		"asset tag":                   {dispatch.CallerQuery{AssetTag: "rm-10001"}, []found{{"Gil Guidry", "asset_tag", true}}},
		"a tag in a technician's kit": {dispatch.CallerQuery{AssetTag: "RM-20001"}, nil},
		"the beginning of a name":     {dispatch.CallerQuery{Name: "gil g"}, []found{{"Gil Guidry", "name", false}}},
		"a part of a name":            {dispatch.CallerQuery{Name: "MALL"}, []found{{"Mia O'Malley", "name", false}}},
		"a family name first":         {dispatch.CallerQuery{Name: "guid"}, []found{{"Gil Guidry", "name", false}}},
		"an underscore is a letter":   {dispatch.CallerQuery{Name: "j_p"}, []found{{"Raj_Patel", "name", false}}},
		"a percent sign is too":       {dispatch.CallerQuery{Name: "%"}, nil},
		"a quote":                     {dispatch.CallerQuery{Name: "o'm"}, []found{{"Mia O'Malley", "name", false}}},
		"name and number agree":       {dispatch.CallerQuery{Name: "Mia", Phone: "302-555-0199"}, []found{{"Mia O'Malley", "phone", false}, {"Gil Guidry", "phone", false}}},
		"the sure come first":         {dispatch.CallerQuery{Name: "Gil", EmployeeNumber: "E1002"}, []found{{"Mia O'Malley", "employee_number", true}, {"Gil Guidry", "name", false}}},
		"no more than wanted":         {dispatch.CallerQuery{Name: "a", Limit: 1}, []found{{"Mia O'Malley", "name", false}}},
	} {
		w.read(t, func(ctx context.Context, tx dispatch.Tx) {
			hits, err := tx.FindCallers(ctx, c.q)
			require.NoError(t, err, what)
			var got []found
			for _, h := range hits {
				require.Equal(t, h.Person.SiteID, h.Site.ID)
				got = append(got, found{h.Person.Name, h.MatchedBy, h.Sure})
			}
			if what == "a shared desk phone" {
				require.ElementsMatch(t, c.want, got, what)
				return
			}
			require.Equal(t, c.want, got, what)
		})
	}
	w.read(t, func(ctx context.Context, tx dispatch.Tx) {
		_, err := tx.FindCallers(ctx, dispatch.CallerQuery{Name: "  "})
		require.Equal(t, "bad_query", fault.CodeOf(err))
	})
}
