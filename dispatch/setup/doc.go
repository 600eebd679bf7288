// Package setup is what whoever sets up a company can do: enter, read, change
// and retire regions, sites, people, technicians, skills, shifts, templates,
// models, items, calendars, service hours and labels. What is retired stays
// readable and is chosen no more. A change that is an input of planned days
// raises their versions, so that what-ifs notice.
package setup
