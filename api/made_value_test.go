package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/getkin/kin-openapi/openapi3"
)

// maker makes values that fit the contract's schemas, from what a walk knows.
type maker struct {
	*rand.Rand
	known *memory
	hand  map[string]string // ids that this sequence goes on with, by kind
	now   func() time.Time
	count int
	// full says which properties that may be left out are sent: 0 none, 1 those of
	// the example, 2 any.
	full int
	// careful makes requests as somebody would who wants them to succeed: nothing
	// odd, and what the contract shows where it shows something.
	careful bool
	// spare: what is delivered is no loaner.
	spare bool
	// marked has every text say who it is of.
	marked bool
}

func (g *maker) chance(p float64) bool { return g.Float64() < p }

// usual is a chance to do the usual thing, which whoever is careful does always.
func (g *maker) usual(p float64) bool { return g.chance(p) || g.careful }

// next numbers what must be there once.
func (g *maker) next() int {
	g.count++
	return g.count
}

func pick[T any](g *maker, from []T) T { return from[g.IntN(len(from))] }

// id names a thing of a kind: that in hand, or one of the latest, or one of all;
// one that is not there when none is known.
func (g *maker) id(kind string) string {
	if id, is := g.hand[kind]; is && g.usual(0.99) {
		return id
	}
	list := g.known.ids[kind]
	switch {
	case len(list) == 0:
		return ids.New().String()
	case g.careful:
		return list[len(list)-1]
	case g.chance(0.5):
		return list[max(0, len(list)-1-g.IntN(3))]
	}
	return pick(g, list)
}

// other names another thing of the kind than that in hand.
func (g *maker) other(kind string) string {
	list := slices.DeleteFunc(slices.Clone(g.known.ids[kind]), func(id string) bool { return id == g.hand[kind] })
	switch {
	case len(list) == 0:
		return g.id(kind)
	case g.chance(0.5):
		return list[len(list)-1]
	}
	return pick(g, list)
}

func (g *maker) code(kind string) string {
	if code, is := g.hand["code:"+kind]; is && g.usual(0.95) {
		return code
	}
	if list := g.known.codes[kind]; len(list) > 0 {
		return pick(g, list)
	}
	return "none"
}

func (g *maker) word(name string) string {
	if list := g.known.words[name]; len(list) > 0 {
		return pick(g, list)
	}
	return "none"
}

// last gives the word that was told last.
func (g *maker) last(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return list[len(list)-1]
}

func (g *maker) at(from time.Duration) string {
	return g.now().Add(from).UTC().Truncate(time.Second).Format(time.RFC3339)
}

// absent is what a rule gives for what is better left out.
const absent = "(absent)"

// rules say what stands in a property of a name, or of a name in one schema, where
// its schema alone does not tell. Whatever is not here follows its schema and the
// contract's example: a new operation needs a line only where that is not enough.
var rules = map[string]func(g *maker) any{
	// Codes that name something, and codes of something new.
	"code":         func(g *maker) any { return fmt.Sprintf("c%d_%d", g.next(), g.IntN(1000)) },
	"Skill.code":   func(g *maker) any { return g.code("skill") },
	"calendar":     func(g *maker) any { return g.code("calendar") },
	"template":     func(g *maker) any { return g.code("template") },
	"skill_code":   func(g *maker) any { return g.code("skill") },
	"option_codes": func(g *maker) any { return []any{g.code("option_template")} },
	"models":       func(g *maker) any { return []any{pick(g, []any{"OLD-1", "NEW-5"})} },
	"tags":         func(g *maker) any { return []any{g.word("tag")} },
	"source":       func(g *maker) any { return g.last(g.known.codes["inbound_source"]) },

	"NewInboundSource.code": func(g *maker) any { return fmt.Sprintf("source-%d", g.next()) },

	// What tells things apart.
	"id":              func(*maker) any { return ids.New().String() },
	"Holder.id":       func(g *maker) any { return g.id("person") },
	"Holder.kind":     func(*maker) any { return "person" },
	"external_id":     func(g *maker) any { return fmt.Sprintf("x-%d-%d", g.next(), g.IntN(1000)) },
	"tag":             func(g *maker) any { return fmt.Sprintf("TAG-%d-%d", g.next(), g.IntN(1000)) },
	"serial":          func(g *maker) any { return fmt.Sprintf("SN-%d-%d", g.next(), g.IntN(1000)) },
	"employee_number": func(g *maker) any { return fmt.Sprintf("N%d-%d", g.next(), g.IntN(1000)) },
	"mail": func(g *maker) any {
		return fmt.Sprintf("%s%d@road.example", g.called("somebody", markedMail), g.next())
	},
	"mobile":        func(g *maker) any { return g.called(fmt.Sprintf("+1302556%04d", g.next()%10000), "+1302"+markedNumber) },
	"asset_tag":     func(g *maker) any { return g.word("tag") },
	"login":         func(g *maker) any { return fmt.Sprintf("somebody-%d-%d", g.next(), g.IntN(1000)) },
	"password":      func(*maker) any { return password },
	"refresh_token": func(g *maker) any { return g.last(g.known.words["refresh_token"]) },
	"SignIn.login":  func(g *maker) any { return pick(g, []any{"anna", "ben", "dora", "t00"}) },

	"InboundResolved.external_id": func(g *maker) any { return g.word("external_id") },

	// Places and times of the stage.
	"zone":                 func(*maker) any { return stage.Zone },
	"coordinates":          func(g *maker) any { return []any{float64(g.IntN(5)) / 100, 0.0} },
	"from":                 func(g *maker) any { return g.at(15 * time.Minute) },
	"until":                func(g *maker) any { return g.at(2 * time.Hour) },
	"starts_at":            func(g *maker) any { return g.at(time.Hour) },
	"ends_at":              func(g *maker) any { return g.at(3 * time.Hour) },
	"start":                func(g *maker) any { return g.at(time.Hour) },
	"end":                  func(g *maker) any { return g.at(3 * time.Hour) },
	"due_at":               func(g *maker) any { return g.at(time.Duration(24+g.IntN(48)) * time.Hour) },
	"LoanExtension.due_at": func(g *maker) any { return g.at(time.Duration(96+g.IntN(48)) * time.Hour) },
	"expires_at":           func(g *maker) any { return g.at(48 * time.Hour) },
	"away_until":           func(g *maker) any { return g.at(24 * time.Hour) },
	"next_update_at":       func(g *maker) any { return g.at(2 * time.Hour) },
	"fix_expected_at":      func(g *maker) any { return g.at(4 * time.Hour) },
	"back_at":              func(g *maker) any { return g.at(30 * time.Minute) },
	"queued_at":            func(g *maker) any { return g.at(-3 * time.Minute) },
	"answered_at":          func(g *maker) any { return g.at(-2 * time.Minute) },
	"ended_at":             func(g *maker) any { return g.at(-time.Minute) },
	"happened_at":          func(g *maker) any { return g.at(0) },
	"received_at":          func(g *maker) any { return g.at(-time.Minute) },
	"timestamp":            func(g *maker) any { return g.at(0) },
	"at":                   func(g *maker) any { return g.at(0) },
	"NewPlanSchedule.at":   func(*maker) any { return "02:00" },
	"DemoClock.now":        func(g *maker) any { return g.at(time.Minute) },
	"date":                 func(g *maker) any { return string(stage.Monday.Add(g.IntN(5))) },
	"NewShift.date":        func(g *maker) any { return string(stage.Monday.Add(30 + g.IntN(300))) },
	"starts":               func(*maker) any { return "08:00" },
	"ends":                 func(*maker) any { return "16:00" },
	"break_from":           func(*maker) any { return "12:00" },
	"break_until":          func(*maker) any { return "12:30" },
	"opens_at":             func(*maker) any { return "07:00" },
	"closes_at":            func(*maker) any { return "19:00" },
	"break":                func(*maker) any { return "PT30M" },
	"overtime":             func(*maker) any { return "PT1H" },

	// What one schema wants together.
	"NewTicket.template": func(g *maker) any {
		if g.usual(0.7) {
			return "virus_cleanup"
		}
		return g.code("template")
	},
	"NewTransfer": func(g *maker) any {
		v := map[string]any{"reason": "off_duty", "context": "Restarts every ten minutes."}
		if g.chance(0.6) {
			v["account_id"] = stage.Name("account ben").String()
		} else {
			v["team_id"] = g.id("team")
		}
		return v
	},
	"NewLoan": func(g *maker) any {
		return map[string]any{"person_id": g.id("person"), "item_id": g.id("item"), "due_at": g.at(48 * time.Hour)}
	},
	"InboundReport":               inboundReport,
	"NewInboundSource.account_id": func(*maker) any { return stage.Name("account monitoring").String() },
	"NewTeam.members": func(*maker) any {
		return []any{stage.Name("account anna").String(), stage.Name("account ben").String()}
	},
	"NewAgentAbsence.stand_in_id": func(*maker) any { return stage.Name("account ben").String() },
	"NewAgentPreference.agent_id": func(*maker) any { return stage.Name("account ben").String() },
	"Leader.account_id":           func(*maker) any { return stage.Name("account lena").String() },
	"PriorityMatrix.rows":         func(*maker) any { return []any{[]any{1, 2, 3}, []any{2, 3, 4}, []any{3, 4, 5}} },
	"Predicate":                   func(*maker) any { return map[string]any{"models": []any{"OLD-1"}} },
	"NewIncident.template":        func(*maker) any { return "virus_cleanup" },
	"NewIncident.impairs":         func(*maker) any { return []any{"mail"} },
	"Delivery": func(g *maker) any {
		return map[string]any{"items": []any{map[string]any{"model_id": g.id("model"), "tag": fmt.Sprintf("TAG-%d-%d", g.next(), g.IntN(1000)),
			"serial": fmt.Sprintf("SN-%d-%d", g.next(), g.IntN(1000)), "loaner": !g.spare && g.usual(0.5), "os_name": "Windows", "os_version": "10.0.15063"}}}
	},
	"NewContact.answered_at": func(g *maker) any {
		if g.usual(0.7) {
			return absent
		}
		return g.at(-2 * time.Minute)
	},
	"NewQuote": func(g *maker) any {
		v := map[string]any{"ticket_id": g.id("ticket"), "days": 1 + g.IntN(2)*g.IntN(3)}
		if p, held := g.hand["promise"]; held {
			v["instead_of"] = p
		}
		return v
	},
	"NewIncident.state":          func(*maker) any { return "suspected" },
	"Merger.into":                func(g *maker) any { return g.other("ticket") },
	"NewLink.ticket_id":          func(g *maker) any { return g.other("ticket") },
	"PersonCorrection.person_id": func(g *maker) any { return g.other("person") },
	"CallerCorrection.person_id": func(g *maker) any { return g.other("person") },
	"PersonMerge.into_person_id": func(g *maker) any { return g.other("person") },
	"ItemTransfer.depot_id":      func(g *maker) any { return g.other("depot") },
	"ItemArrival.depot_id":       func(g *maker) any { return g.last(g.known.ids["depot"]) },
	"ShiftBreak.from":            func(g *maker) any { return "2026-03-09T15:30:00Z" },
	"ShiftBreak.until":           func(g *maker) any { return "2026-03-09T17:00:00Z" },

	// A search lasts as long as it is told to.
	"NewPlanRun.date":     func(*maker) any { return string(stage.Monday) },
	"NewPlanRun.duration": func(*maker) any { return "PT1S" },

	"Evidence": func(g *maker) any {
		if !g.usual(0.7) {
			return map[string]any{"method": "account"}
		}
		return map[string]any{"method": "signature", "media_type": "image/png", "content": "iVBORw0KGgo="}
	},
	"content":                 func(*maker) any { return "aGVsbG8=" },
	"name_form":               func(*maker) any { return "spoken" },
	"NewServiceLevel.restore": func(*maker) any { return "PT4H" },
	"NewServiceLevel.resolve": func(*maker) any { return "PT8H" },
	"NewServiceLevel.respond": func(*maker) any { return "PT1H" },
	"option_id":               func(g *maker) any { return g.id("option") },
	"service":                 func(*maker) any { return false },
	"startImport.kind": func(g *maker) any {
		if g.usual(0.7) {
			return "people"
		}
		return pick(g, []any{"sites", "technicians", "shifts", "items", "tickets", "servicenow"})
	},
	"startImport.body": func(g *maker) any { // one row that is right, and one that is not
		return fmt.Sprintf("employee_number,name,site,mobile\nI%d,Nora %s,S0,%s\nI%d,Omar Reyes,S77,\n",
			g.next(), g.called("Quist", markedWord), g.called("+13025550177", "+1302"+markedNumber), g.next())
	},
	"NewEventSubscription.url": func(g *maker) any {
		if g.usual(0.5) {
			return goneAddress
		}
		return "https://taker.example/events"
	},
	"NewAccount.technician_id": func(g *maker) any { return g.id("technician") },
}

// wanted are properties that may be left out, but not by whoever wants what comes
// next in a sequence.
var wanted = map[string]bool{"NewTeam.members": true, "NewContact.queued_at": true, "SeenCall.answered_at": true,
	"CallRegistration.ticket_id": true, "NewServiceException.ticket_id": true, "NewServiceException.restore": true, "NewTicket.item_id": true, "NewTicket.template": true,
	"NewRequest.template": true, "LoanHandover.taker": true, "NewClosure.center": true, "NewClosure.metres": true}

// value makes a value of a schema; name is the property it is for, in the schema
// that has it, and example what the contract shows there.
func (g *maker) value(schema *openapi3.SchemaRef, owner, name string, example any, depth int) any {
	s := schema.Value
	own := schema.Ref[strings.LastIndex(schema.Ref, "/")+1:]
	for _, key := range []string{owner + "." + name, own, name} {
		timed := !strings.Contains(key, ".") && (s.Type.Is("string") && s.Format == "" || s.Format == "date") // "from" may be 08:00
		if rule := rules[key]; rule != nil {
			if s.Type.Is("object") && key == name {
				break // the name is that of a text elsewhere
			}
			v := rule(g)
			if timed && s.VisitJSON(v, openapi3.WithStringFormatValidators(nil)) != nil || s.Format == "date" && len(fmt.Sprint(v)) != 10 {
				break
			}
			return v
		}
	}
	switch {
	case len(s.AllOf) > 0 && len(s.Properties) == 0:
		return g.value(s.AllOf[0], owner, name, example, depth)
	case len(s.OneOf) > 0:
		return g.value(pick(g, s.OneOf), owner, name, example, depth)
	case len(s.Enum) > 0:
		if example != nil && g.usual(0.4) {
			return example
		}
		return pick(g, s.Enum)
	case s.Type.Is("object"):
		return g.object(s, own, example, depth)
	case s.Type.Is("array"):
		return g.array(s, owner, name, example, depth)
	case s.Type.Is("boolean"):
		if example != nil && g.usual(0.7) {
			return example
		}
		return g.chance(0.5)
	case s.Type.Is("integer"), s.Type.Is("number"):
		return g.number(s, example)
	}
	return g.text(s, name, example)
}

func (g *maker) object(s *openapi3.Schema, own string, example any, depth int) any {
	shown, _ := example.(map[string]any)
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		_, inExample := shown[name]
		required := slices.Contains(s.Required, name)
		p := s.Properties[name].Value
		if !required && p.Format == "uuid" && name != "id" && len(g.known.ids[kindOf(name)]) == 0 && g.usual(0.9) {
			continue // nothing to name yet
		}
		_, inHand := g.hand[kindOf(name)]
		inHand = inHand && p.Format == "uuid" && name != "id"
		want := wanted[own+"."+name] && g.usual(0.8) && (inHand || p.Format != "uuid")
		inHand = inHand && g.chance(0.5) && !(g.careful && g.full == 0)
		if required || want || inHand || g.full == 1 && inExample || g.full == 2 && g.chance(0.4) && depth < 4 {
			if v := g.value(s.Properties[name], own, name, shown[name], depth+1); v != absent || required {
				out[name] = v
			}
		}
	}
	if len(out) < int(s.MinProps) {
		names := slices.Sorted(maps.Keys(s.Properties))
		if len(shown) > 0 {
			names = slices.Sorted(maps.Keys(shown))
		}
		for _, name := range names {
			if p := s.Properties[name]; p != nil && (len(shown) > 0 || g.chance(0.3) || len(out) == 0) {
				out[name] = g.value(p, own, name, shown[name], depth+1)
			}
		}
	}
	if len(s.Properties) == 0 {
		return example
	}
	return out
}

func (g *maker) array(s *openapi3.Schema, owner, name string, example any, depth int) any {
	shown, _ := example.([]any)
	n := max(len(shown), int(s.MinItems), 1)
	if len(s.Items.Value.Enum) > 0 && len(shown) > 0 {
		return shown
	}
	out := make([]any, 0, n)
	for i := range min(n, 8) {
		var one any
		if i < len(shown) {
			one = shown[i]
		}
		v := g.value(s.Items, owner, name, one, depth+1)
		if s.Items.Value.Type.Is("string") && slices.Contains(out, v) {
			continue
		}
		out = append(out, v)
	}
	return out
}

func (g *maker) number(s *openapi3.Schema, example any) any {
	if example != nil && g.usual(0.6) {
		return example
	}
	low, high := 0.0, 10.0
	if s.Min != nil {
		low = *s.Min
	}
	if high = low + 10; s.Max != nil {
		high = min(*s.Max, high)
	}
	v := low + float64(g.IntN(int(high-low)+1))
	if s.Type.Is("integer") {
		return json.Number(fmt.Sprintf("%.0f", v))
	}
	return v
}

// called gives the mark of somebody where words are marked, else what is usual.
func (g *maker) called(usual, mark string) string {
	if g.marked {
		return mark
	}
	return usual
}

// mark gives marked words where a schema has words: what the contract shows there is
// more than one, or nothing.
func (g *maker) mark(s *openapi3.Schema, example any) (string, bool) {
	shown, is := example.(string)
	if !g.marked || is && !strings.Contains(shown, " ") {
		return "", false
	}
	for _, words := range []string{"Zyxmark said: call 302-5557731 or zyxmail@road.example", markedWord} {
		if s.VisitJSON(words) == nil {
			return words, true
		}
	}
	return "", false
}

func (g *maker) text(s *openapi3.Schema, name string, example any) any {
	switch s.Format {
	case "uuid":
		return g.id(kindOf(name))
	case "date-time":
		return g.at(time.Duration(g.IntN(48*60)) * time.Minute)
	case "date":
		days := map[string]int{"from": 0, "until": 13}
		if n, is := days[name]; is {
			return string(stage.Monday.Add(n))
		}
		return string(stage.Monday.Add(g.IntN(12)))
	case "duration":
		if example != nil && g.chance(0.5) {
			return example
		}
		return pick(g, []any{"PT30M", "PT1H", "PT15M", "PT45M"})
	}
	if mark, fits := g.mark(s, example); fits {
		return mark
	}
	if shown, is := example.(string); is && s.Format != "uuid" {
		return shown
	}
	text := pick(g, []string{"A word", "Zwei Wörter", "three more words", "x", "名前", "O'Neill & Söhne \"quoted\" <b>"})
	if s.Pattern != "" {
		text = pick(g, []string{"word", "08:00", "10.0.15063", "+13025550123", strings.Repeat("ab", 32), "image/png"})
		for _, try := range []string{"word", "08:00", "10.0.15063", "+13025550123", strings.Repeat("ab", 32), "image/png"} {
			if s.VisitJSON(try) == nil {
				text = try
			}
		}
	}
	for uint64(len([]rune(text))) < s.MinLength {
		text += "x"
	}
	if s.MaxLength != nil {
		if r := []rune(text); uint64(len(r)) > *s.MaxLength {
			text = string(r[:*s.MaxLength])
		}
	}
	return text
}

// inboundReport is one of the messages that a source sends.
func inboundReport(g *maker) any {
	v := map[string]any{"type": pick(g, []string{"incident.reported", "incident.resolved", "change.reported"}), "timestamp": g.at(0)}
	switch v["type"] {
	case "incident.reported":
		v["incident"] = map[string]any{"external_id": fmt.Sprint("in-", g.next()), "title": "Worm", "cause": "A worm.", "state": "confirmed",
			"impairs": []any{"mail"}, "template": "virus_cleanup", "predicate": map[string]any{"models": []any{"OLD-1"}}}
	case "incident.resolved":
		v["resolved"] = map[string]any{"external_id": g.word("external_id")}
	default:
		v["change"] = map[string]any{"external_id": fmt.Sprint("ch-", g.next()), "planned": true, "state": "planned", "title": "Mail server",
			"starts_at": g.at(time.Hour), "ends_at": g.at(2 * time.Hour)}
	}
	return v
}
