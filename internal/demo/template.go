package demo

import "roundsman/dispatch"

// Codes of the virus story.
const (
	virusCleanup = "virus_cleanup"
	replaceNow   = "replace_now"
	fixNow       = "fix_now_deliver_later"
)

var optionTemplates = []dispatch.OptionTemplate{
	{Code: replaceNow, Name: "We set up a new laptop for you now", Minutes: 120, EndState: "working", Swaps: true, Position: 1},
	{Code: fixNow, Name: "We clean this computer now and bring you a new laptop next week", Minutes: 30, EndState: "working_for_now",
		FollowUpMinutes: 90, FollowUpDays: 5, FollowUpReserves: true, NewOSVersion: "10.0.15063", Position: 2},
}

// kindOfTicket is a template and the tickets of it that the morning has.
type kindOfTicket struct {
	code, name, category string
	priority, minutes    int
	spread               float64
	skill                string // also of what the desk solves, should it need a visit after all
	level                int
	kit                  string // model code
	field                string
	desk                 bool // solved from the desk, without a visit
	options              []string
	tickets              int
	summaries, answers   []string
	device               bool // about the machine of the person
}

// ticketKinds are about common trouble. The tickets of the morning add up to 130,
// their minutes to 3,400.
var ticketKinds = []kindOfTicket{
	{code: virusCleanup, name: "Virus on the machine", category: "security", priority: 2, minutes: 30, spread: 0.40, skill: "hardware", level: 1,
		kit: replacement, field: "What does the screen show?", options: []string{replaceNow, fixNow}, device: true},
	{code: "password_reset", name: "Password forgotten", category: "access", priority: 3, minutes: 5, spread: 0.30, skill: "hardware", level: 1, field: "Which system?", desk: true},
	{code: "account_locked", name: "Account locked", category: "access", priority: 3, minutes: 5, spread: 0.30, skill: "hardware", level: 1, field: "Since when?", desk: true},
	{code: "software_install", name: "Software wanted", category: "software", priority: 4, minutes: 15, spread: 0.45, skill: "hardware", level: 1, field: "Which program?", desk: true},
	{code: "printer_fault", name: "Printer fault", category: "printing", priority: 3, minutes: 25, spread: 0.40, skill: "printer", level: 2, field: "Which printer?",
		tickets: 24, summaries: []string{"Printer jams on every second sheet", "Printer shows a fault and stays offline", "Stripes on all prints"}, answers: []string{"Hallway, first floor", "Next to the copier", "Front desk"}},
	{code: "laptop_slow", name: "Computer slow", category: "hardware", priority: 3, minutes: 25, spread: 0.45, skill: "hardware", level: 1, field: "Since when?", device: true,
		tickets: 22, summaries: []string{"Computer takes ten minutes to start", "Programs hang while files are saved", "Fan is loud and everything is slow"}, answers: []string{"Since Monday", "Since the last update", "About a month"}},
	{code: "docking_fault", name: "Docking station fault", category: "hardware", priority: 3, minutes: 20, spread: 0.35, skill: "hardware", level: 1, kit: dock, field: "What does not work?", device: true,
		tickets: 16, summaries: []string{"Screens stay dark at the docking station", "Docking station does not charge"}, answers: []string{"Both screens", "Power and network"}},
	{code: "monitor_replacement", name: "Monitor to be replaced", category: "hardware", priority: 4, minutes: 15, spread: 0.30, skill: "hardware", level: 1, field: "Which desk?",
		tickets: 16, summaries: []string{"Monitor flickers", "Monitor has a dead stripe"}, answers: []string{"The one by the window", "My own"}},
	{code: "network_down", name: "No network", category: "network", priority: 2, minutes: 35, spread: 0.50, skill: "network", level: 2, field: "Who is cut off?",
		tickets: 14, summaries: []string{"No network at the desk", "Wireless drops every few minutes", "Network socket is dead"}, answers: []string{"Only me", "The whole room"}},
	{code: "new_joiner_setup", name: "Workplace for somebody new", category: "workplace", priority: 3, minutes: 40, spread: 0.30, skill: "hardware", level: 2, field: "Who is new?",
		tickets: 10, summaries: []string{"Set up the workplace of a new colleague"}, answers: []string{"A new colleague in my team", "A trainee"}},
	{code: "phone_issue", name: "Phone trouble", category: "mobile", priority: 3, minutes: 20, spread: 0.40, skill: "mobile", level: 2, field: "Which phone?",
		tickets: 10, summaries: []string{"Phone does not fetch mail", "Phone battery is empty by noon"}, answers: []string{"The company phone", "The one at the desk"}},
	{code: "meeting_room_av", name: "Meeting room equipment", category: "workplace", priority: 3, minutes: 30, spread: 0.45, skill: "network", level: 1, field: "Which room?",
		tickets: 8, summaries: []string{"No picture in the meeting room", "Microphones in the meeting room are dead"}, answers: []string{"Large meeting room", "Small meeting room"}},
	{code: "disk_failing", name: "Disk about to fail", category: "hardware", priority: 2, minutes: 45, spread: 0.40, skill: "hardware", level: 2, field: "Is there a backup?", device: true,
		tickets: 4, summaries: []string{"Monitoring says that the disk is about to fail"}, answers: []string{"Yes, from last night", "Not sure"}},
	{code: "security_token", name: "Security token", category: "security", priority: 3, minutes: 15, spread: 0.30, skill: "security", level: 2, field: "Which system?",
		tickets: 4, summaries: []string{"Token is not accepted any more", "Token lost, new one to be paired in person"}, answers: []string{"Remote access", "Payroll"}},
	{code: "server_room_check", name: "Server room", category: "server", priority: 2, minutes: 60, spread: 0.40, skill: "server", level: 2, field: "Which alarm?",
		tickets: 2, summaries: []string{"Temperature alarm in the server room", "Battery of the power supply to be changed"}, answers: []string{"Temperature", "Battery"}},
}

// templates makes the kinds of ticket.
func (b *builder) templates() {
	s := &b.world.Setup
	s.OptionTemplates = append(s.OptionTemplates, optionTemplates...)
	for _, k := range ticketKinds {
		t := dispatch.Template{
			ID: b.id("template", k.code), Code: k.code, Name: k.name, Category: k.category, Priority: k.priority, Minutes: k.minutes,
			Spread: k.spread, SkillCode: k.skill, SkillLevel: k.level, Field: k.field, OnSite: !k.desk, OptionCodes: append([]string{}, k.options...), Version: 1,
		}
		if k.kit != "" {
			m := b.models[k.kit]
			t.KitModel = &m
		}
		s.Templates = append(s.Templates, t)
	}
}
