package postgres

import "roundsman/internal/fault"

// refusalsAroundTickets are those of what a desk does to tickets.
var refusalsAroundTickets = map[string]meaning{
	"escalations_one_called":           {fault.Conflict, "escalation_called", "a leader is being called for this ticket already; pass it on when they do not answer"},
	"leaders_once":                     {fault.Conflict, "leader_twice", "a leader stands in the chain once; name each once"},
	"tasks_pkey":                       {fault.Conflict, "id_taken", taken},
	"escalations_pkey":                 {fault.Conflict, "id_taken", taken},
	"teams_code_once":                  {fault.Conflict, "team_code_taken", "another team has this code; choose another"},
	"transfers_one_offered":            {fault.Conflict, "transfer_offered", "this ticket is on offer already; wait for the answer or take the offer back"},
	"ticket_links_elsewhere":           {fault.Invalid, "link_to_itself", "a ticket is linked to another one; name another"},
	"tickets_merged_are_over":          {fault.Conflict, "ticket_resolved", "a ticket that was merged goes on as another; go on with that one"},
	"notes_append_only":                {fault.Internal, "notes_append_only", "notes are only ever added to"},
	"ticket_notes_pkey":                {fault.Conflict, "id_taken", taken},
	"ticket_files_pkey":                {fault.Conflict, "id_taken", taken},
	"transfers_pkey":                   {fault.Conflict, "id_taken", taken},
	"teams_pkey":                       {fault.Conflict, "id_taken", taken},
	"ticket_pauses_one_open":           {fault.Conflict, "pause_open", "this ticket's clocks stand still already; let them run again first"},
	"service_levels_once":              {fault.Conflict, "service_level_taken", "there is a service level for this template and priority; change that one"},
	"service_levels_promise_something": {fault.Invalid, "service_level_empty", "a service level gives at least one time: to respond, restore or resolve"},
	"service_calendars_one_a_region":   {fault.Stale, "version_stale", "somebody else has set this region's hours meanwhile; read them again and repeat"},
	"service_exceptions_four_eyes":     {fault.Forbidden, "exception_own", "somebody other than who asked for it decides on an exception; ask another lead"},
	"service_exceptions_pkey":          {fault.Conflict, "id_taken", taken},
	"closures_pkey":                    {fault.Conflict, "id_taken", taken},
	"service_levels_pkey":              {fault.Conflict, "id_taken", taken},
}
