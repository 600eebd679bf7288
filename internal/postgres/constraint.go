package postgres

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"roundsman/internal/fault"

	"github.com/jackc/pgx/v5/pgconn"
)

// meaning is what a constraint that was hit says to a caller.
type meaning struct {
	kind    fault.Kind
	code    string
	message string
}

// refusals says what each named constraint means. What is not here is a
// mistake of the program and stays an internal error.
// A test sees that no constraint stands in two tables.
var refusals = func() map[string]meaning {
	all := maps.Clone(refusalsOfDays)
	maps.Copy(all, refusalsAroundTickets)
	return all
}()

// refusalsOfDays are those of rounds, promises, hardware and what a company is
// set up with.
var refusalsOfDays = map[string]meaning{
	"visits_no_overlap":             {fault.Conflict, "technician_busy", "the technician has another visit at that time; ask for fresh windows"},
	"visits_position_once":          {fault.Conflict, "round_moved", "the round was changed meanwhile; try again on the present one"},
	"visits_placed_whole":           {fault.Conflict, "visit_state", "a visit is in one round with all its times, or in none"},
	"visits_waiting_unplaced":       {fault.Conflict, "visit_state", "a waiting visit is in no round; take it out first"},
	"visits_scheduled_placed":       {fault.Conflict, "visit_state", "a scheduled visit is in a round; place it first"},
	"promises_one_open_subject":     {fault.Conflict, "promise_taken", "this is promised already; revise that promise"},
	"promises_one_open":             {fault.Conflict, "promise_taken", "this visit is promised already; revise that promise or offer another visit"},
	"promises_window":               {fault.Invalid, "bad_window", "an arrival window ends after it begins"},
	"custodies_one_open":            {fault.Conflict, "custody_moved", "somebody else holds this item by now; read it again"},
	"custodies_no_overlap":          {fault.Conflict, "custody_moved", "somebody else holds this item by now; read it again"},
	"items_have_custodian":          {fault.Conflict, "custody_missing", "an item always has somebody who answers for it; say who"},
	"reservations_one_live":         {fault.Conflict, "asset_gone", "this item is kept for another visit; choose another"},
	"items_tag_once":                {fault.Conflict, "tag_taken", "another item has this asset tag; read the label again"},
	"accounts_login_once":           {fault.Conflict, "login_taken", "another account has this login; choose another"},
	"option_sets_one_offered":       {fault.Conflict, "options_state", "options of this visit are on offer already; withdraw them first"},
	"option_sets_choice_in_set":     {fault.Invalid, "option_not_in_set", "this option is not one of those offered; choose one of them"},
	"call_tasks_one_live":           {fault.Conflict, "call_task_taken", "this person is on the call list already"},
	"notice_attempts_one_open":      {fault.Unavailable, "notice_in_hand", "another worker is sending this notice; it is looked at again later"},
	"callbacks_one_a_visit":         {fault.Conflict, "callback_taken", "this visit has its callback already"},
	"shifts_one_a_day":              {fault.Conflict, "shift_taken", "the technician has a shift on this day already; change that one"},
	"shifts_no_overlap":             {fault.Conflict, "shift_taken", "the technician has another shift at that time; change that one"},
	"absences_end_after_start":      {fault.Invalid, "bad_window", "an absence ends after it begins"},
	"people_mobile_e164":            {fault.Invalid, "bad_phone", "phone numbers are kept like +13025550123"},
	"people_desk_phone_e164":        {fault.Invalid, "bad_phone", "phone numbers are kept like +13025550123"},
	"tickets_pkey":                  {fault.Conflict, "id_taken", taken},
	"facts_pkey":                    {fault.Conflict, "id_taken", taken},
	"stray_facts_pkey":              {fault.Conflict, "id_taken", taken},
	"agent_absences_no_overlap":     {fault.Conflict, "absence_taken", "this agent is away at that time already; end that absence first"},
	"calls_one_a_contact":           {fault.Conflict, "contact_has_call", "this contact is of another call already; register this call on its own"},
	"calls_in_order":                {fault.Invalid, "bad_instants", "a call is queued, then answered, then ended; check the instants"},
	"contacts_pkey":                 {fault.Conflict, "id_taken", taken},
	"accounts_pkey":                 {fault.Conflict, "id_taken", taken},
	"plan_runs_pkey":                {fault.Conflict, "id_taken", taken},
	"acts_pkey":                     {fault.Conflict, "key_in_flight", "this request is being done; repeat it in a moment with the same key"},
	"ledger_append_only":            {fault.Internal, "ledger_append_only", "the ledger of promises is only ever added to"},
	"facts_append_only":             {fault.Internal, "facts_append_only", "facts from the field are only ever added to"},
	"promise_entries_revision_told": {fault.Internal, "revision_untold", "a promise is changed together with the notice that tells of it"},
	"promise_entries_pkey":          {fault.Conflict, "promise_moved", "the promise was changed meanwhile; read it again"},
	"events_in_order_of_subject":    {fault.Internal, "event_order", "two events of one subject have one place"},
	"people_employee_number_once":   {fault.Conflict, "employee_number_taken", "somebody else has this employee number; merge the two if they are one"},
	"person_merges_once":            {fault.Conflict, "person_state", "this person is merged into another already; use that one"},

	// Webhooks.
	"inbound_sources_code_once": {fault.Conflict, "source_taken", "another source has this code; choose another, or exchange the secret of that one"},

	// Standing data.
	"regions_code_once":     {fault.Conflict, "code_taken", "another region has this code; choose another, or change that one"},
	"sites_code_once":       {fault.Conflict, "code_taken", "another site has this code; choose another, or change that one"},
	"depots_code_once":      {fault.Conflict, "code_taken", "another depot has this code; choose another, or change that one"},
	"technicians_code_once": {fault.Conflict, "code_taken", "another technician has this code; choose another, or change that one"},
	"models_code_once":      {fault.Conflict, "code_taken", "another model has this code; choose another, or change that one"},
	"templates_code_once":   {fault.Conflict, "code_taken", "another template has this code; choose another, or change that one"},
	"skills_pkey":           {fault.Conflict, "code_taken", "another skill has this code; choose another, or change that one"},
	"option_templates_pkey": {fault.Conflict, "code_taken", "another option template has this code; choose another, or change that one"},
	"calendars_pkey":        {fault.Conflict, "code_taken", "another calendar has this code; choose another, or change that one"},
	"labels_pkey":           {fault.Conflict, "code_taken", "another label has this code; choose another, or change that one"},
	"brought_pkey":          {fault.Conflict, "brought_twice", "another import brings the same at this time; send the file again when it is done"},
	"service_hours_once":    {fault.Conflict, "service_taken", "this channel has its hours there already; change those"},
	"regions_pkey":          {fault.Conflict, "id_taken", taken},
	"sites_pkey":            {fault.Conflict, "id_taken", taken},
	"depots_pkey":           {fault.Conflict, "id_taken", taken},
	"people_pkey":           {fault.Conflict, "id_taken", taken},
	"technicians_pkey":      {fault.Conflict, "id_taken", taken},
	"models_pkey":           {fault.Conflict, "id_taken", taken},
	"templates_pkey":        {fault.Conflict, "id_taken", taken},
	"items_pkey":            {fault.Conflict, "id_taken", taken},
	"shift_patterns_pkey":   {fault.Conflict, "id_taken", taken},
	"service_hours_pkey":    {fault.Conflict, "id_taken", taken},
	"shifts_pkey":           {fault.Conflict, "id_taken", taken},
	"pauses_one_open":       {fault.Conflict, "visit_paused", "this visit is paused already; resume it first"},
	"assists_one_wanted":    {fault.Conflict, "assist_wanted", "a second technician was asked for already; the dispatcher answers it"},
	"visit_policies_once":   {fault.Conflict, "visit_policy_taken", "there is a policy for this region and template already; change that one"},
	// The stock room.
	"items_stock_is_clean":    {fault.Conflict, "wipe_due", "the data of whoever had this item are still on it; wipe it first"},
	"proofs_once_a_side":      {fault.Conflict, "proof_taken", "this side has confirmed the handover already"},
	"loans_no_overlap":        {fault.Conflict, "loaner_taken", "this loaner is booked or out in that time; choose another time or another loaner"},
	"loans_one_out":           {fault.Conflict, "loaner_taken", "this loaner is out; choose another"},
	"loans_pkey":              {fault.Conflict, "id_taken", taken},
	"past_events_append_only": {fault.Internal, "history_append_only", "the history of tickets is only ever added to"},
	"item_acts_append_only":   {fault.Internal, "journal_append_only", "the journal of items is only ever added to"},
	"proofs_append_only":      {fault.Internal, "proofs_append_only", "proof of handovers is only ever added to"},
}

// taken is said of an id that the caller brought.
const taken = "this id is taken; a request that may be repeated is sent again with the same Idempotency-Key, a new one has an id of its own"

// failed says what was being done when the database refused it: a fault for what
// has a meaning to callers, otherwise the error with a few words. nil stays nil.
func failed(err error, doing string, args ...any) error {
	if err == nil {
		return nil
	}
	if len(args) > 0 {
		doing = fmt.Sprintf(doing, args...)
	}
	err = fmt.Errorf("%s: %w", doing, err)
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	var refusal *pgconn.PgError
	if !errors.As(err, &refusal) {
		if errors.Is(err, context.Canceled) {
			return err
		}
		var connect *pgconn.ConnectError
		if errors.As(err, &connect) || pgconn.SafeToRetry(err) || pgconn.Timeout(err) {
			return fault.New(fault.Unavailable, "database_unavailable", "the database does not answer; repeat in a moment").Because(err)
		}
		return err
	}
	if r, ok := refusals[refusal.ConstraintName]; ok {
		return fault.New(r.kind, r.code, r.message).Because(err)
	}
	switch {
	case refusal.Code == "23503": // foreign key: what is named does not exist
		return fault.New(fault.Invalid, "reference_missing", "something named here does not exist; read it again and repeat").Because(err)
	case unkeepable[refusal.Code]:
		return fault.New(fault.Invalid, "bad_value", "a text, number or date here can't be kept; leave out control characters and take one of this time").Because(err)
	case refusal.Code == "55P03", refusal.Code == "57014":
		return fault.New(fault.Unavailable, "database_busy", "others hold what this needs; repeat in a moment").Because(err)
	case gone(refusal), refusal.Code == "53300":
		return fault.New(fault.Unavailable, "database_unavailable", "the database is going away or is full; repeat in a moment").Because(err)
	}
	return err
}

// unkeepable are the codes of values that have the right type and no place in a
// column: a character, an instant, a number that PostgreSQL does not know.
var unkeepable = map[string]bool{"22021": true, "22P05": true, "22007": true, "22008": true, "22003": true}

// mayRetry says whether the transaction was ended because it got in another's
// way, so that the same again may well succeed.
func mayRetry(err error) bool {
	var refusal *pgconn.PgError
	return errors.As(err, &refusal) && (refusal.Code == "40001" || refusal.Code == "40P01")
}

// gone says whether the server ended the session: an administrator, a crash or a
// shutdown. Sent while committing it does not say whether the commit happened.
func gone(e *pgconn.PgError) bool {
	return strings.HasPrefix(e.Code, "57P") || strings.HasPrefix(e.Code, "08") || strings.HasPrefix(e.Code, "XX")
}

// notFound says that a noun is not there, with the code "<noun>_not_found".
func notFound(noun string) error {
	return fault.New(fault.NotFound, noun+"_not_found", "there is no such %s", words(noun))
}

// words writes a noun as people do.
func words(noun string) string { return strings.ReplaceAll(noun, "_", " ") }
