package instance_test

import (
	"bytes"
	"context"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"roundsman/internal/testdata"
	"roundsman/routing"
	"roundsman/routing/solve"
	"roundsman/routing/solve/instance"
)

// Two vehicles of capacity 3 and three customers on a line: 3 and 4 away to the
// east, 5 to the west. The far east and the near one share a vehicle: 8 + 10.
const tiny = `TINY

VEHICLE
NUMBER     CAPACITY
  2         3

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0         0          0          0       100          0
    1      3         0          1          0        50          1
    2      4         0          2          0        50          1
    3     -5         0          2         20        50          1
`

func TestSolomonByHand(t *testing.T) {
	t.Parallel()
	in, err := instance.Read("solomon", strings.NewReader(tiny))
	require.NoError(t, err)
	require.Equal(t, "TINY", in.Name)
	require.Equal(t, routing.Seconds(30), in.Problem.Tables[0].Seconds[1])
	require.Equal(t, routing.Window{Start: 200, End: 501}, in.Problem.Visits[2].Windows[0])
	var out bytes.Buffer
	line, err := instance.Run(context.Background(), "solomon", in, nil, solve.Options{Iterations: 50}, &out)
	require.NoError(t, err)
	require.Equal(t, 18.0, line.Cost)
	require.Equal(t, 2, line.Vehicles)
	require.Empty(t, line.Violations)

	plan, err := instance.ReadPlan("solomon", &out, in)
	require.NoError(t, err)
	require.Equal(t, 18.0, instance.Judge(in, plan).Cost)
	plan.Rounds[0].Visits = []int{0, 1, 2} // load 5 on a capacity of 3
	plan.Rounds[1].Visits = nil
	require.NotEmpty(t, instance.Judge(in, plan).Violations)
}

// Threads that the search has no use for are given no time.
func TestTimeIsThatOfThreadsOfUse(t *testing.T) {
	t.Parallel()
	in, err := instance.Read("solomon", strings.NewReader(tiny))
	require.NoError(t, err)
	line, err := instance.Run(context.Background(), "solomon", in, nil, solve.Options{Time: 50 * time.Millisecond, Threads: 8}, nil)
	require.NoError(t, err)
	require.Equal(t, solve.StopTime, line.Stopped)
	require.Less(t, line.CPU, 0.2, "with eight it would be 0.4")
}

// A plan that says nothing of somebody is judged so, in the numbers of its format;
// who is said to be left out in a document of ours is not lost.
func TestWhoIsMissingIsNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		format, text, plan string
		missing            []int
	}{
		{"solomon", tiny, "Route #1: 1 3\n", []int{2}},
		{"trsp", crew, "Technician 1: 2 0\n", []int{3}},
		{"json", `{"tables":[{"seconds":[[0]]}],"visits":[{"place":0,"service":1,"priority":1}]}`, `{"rounds":[]}`, []int{0}},
		{"json", `{"tables":[{"seconds":[[0]]}],"visits":[{"place":0,"service":1,"priority":1}]}`, `{"rounds":[],"unassigned":[0]}`, nil},
	} {
		in, err := instance.Read(c.format, strings.NewReader(c.text))
		require.NoError(t, err)
		plan, err := instance.ReadPlan(c.format, strings.NewReader(c.plan), in)
		require.NoError(t, err)
		line := instance.Judge(in, plan)
		require.Equal(t, c.missing, line.Missing, c.plan)
		require.Equal(t, len(c.missing), strings.Count(strings.Join(line.Violations, "\n"), string(routing.BrokenMissing)), c.plan)
	}
}

// One technician with one part of kind 0 and no tool; two requests that need a
// part each, the second the tool too. The depot lies on the way.
const crew = `TINY_1-1-1-1

INFO
CREW COUNT  SKILLS  TOOLS   SPARE PARTS
1      1       1       1

DEPOT TECHNICIANS AND REQUESTS
ID   X     Y     TWS    TWE    Serv   SKILLS   TOOLS    SPARE PARTS
0    2    0    0      230    0      [] 	[] 	[]
1    0    0     0      230    0      [0] 	[] 	[1]
2    1    0     50     60     10     [0] 	[] 	[1]
3    3    0     50     200     10     [0] 	[0] 	[1]
`

func TestTechniciansByHand(t *testing.T) {
	t.Parallel()
	in, err := instance.Read("trsp", strings.NewReader(crew))
	require.NoError(t, err)
	var out bytes.Buffer
	line, err := instance.Run(context.Background(), "trsp", in, nil, solve.Options{Iterations: 50}, &out)
	require.NoError(t, err)
	// Out at 49, 1 to the first, 10, 1 to the depot, 1 to the second, 10, 3 home.
	require.InDelta(t, 26.0, line.Cost, 1e-9)
	require.Equal(t, "Technician 1: 2 0 3\nDuration 26.000\n", out.String())
	plan, err := instance.ReadPlan("trsp", &out, in)
	require.NoError(t, err)
	require.InDelta(t, 26.0, instance.Judge(in, plan).Cost, 1e-9)
}

// The call at the depot is where the file says, and is missed where it doesn't.
func TestTheCallIsJudgedWhereItIsWritten(t *testing.T) {
	t.Parallel()
	in, err := instance.Read("trsp", strings.NewReader(strings.Replace(crew, " 60 ", " 90 ", 1)))
	require.NoError(t, err)
	for plan, want := range map[string]struct {
		rule routing.Broken
		cost float64
	}{
		"2 0 3":   {"", 26},                   // as above
		"0 2 3":   {"", 28},                   // 2 to the depot and 1 back to the first, 10, 2 to the second, 10, 3 home
		"2 3 0":   {routing.BrokenTool, 0},    // the second would have to do without
		"2 3":     {routing.BrokenTool, 0},    // nothing is fetched
		"2 0 0 3": {routing.BrokenCall, 0},    // once is enough
		"3 2 0":   {routing.BrokenTool, 0},    // likewise
		"0 3":     {routing.BrokenMissing, 0}, // and the other is lost
		"2 0":     {routing.BrokenMissing, 0}, // likewise
	} {
		read, err := instance.ReadPlan("trsp", strings.NewReader("Technician 1: "+plan+"\n"), in)
		require.NoError(t, err)
		line := instance.Judge(in, read)
		require.InDelta(t, want.cost, line.Cost, 1e-9, plan)
		if want.rule == "" {
			require.Empty(t, line.Violations, plan)
		} else {
			require.Contains(t, strings.Join(line.Violations, " "), string(want.rule), plan)
		}
	}
	// Nothing is needed, and the way there is paid all the same: 2, 1 back, 10, 1 home.
	spare, err := instance.Read("trsp", strings.NewReader(crew[:strings.LastIndex(crew, "\n3")+1]))
	require.NoError(t, err)
	read, err := instance.ReadPlan("trsp", strings.NewReader("Technician 1: 0 2\n"), spare)
	require.NoError(t, err)
	require.InDelta(t, 14.0, instance.Judge(spare, read).Cost, 1e-9)
}

// A cost is what it would be in exact distances, as near as instants allow: a plan
// as good as a published one is not taken for a worse one.
func TestTechniciansUnits(t *testing.T) {
	t.Parallel()
	for due, near := range map[string]float64{"230": 1e-4, "3390": 1e-3, "99999": 1e-2} {
		text := strings.NewReplacer("\n2    1    0 ", "\n2    1    1 ", " 230 ", " "+due+" ").Replace(crew)
		in, err := instance.Read("trsp", strings.NewReader(text))
		require.NoError(t, err)
		plan, err := instance.ReadPlan("trsp", strings.NewReader("Technician 1: 2 0 3\n"), in)
		require.NoError(t, err)
		line := instance.Judge(in, plan)
		require.Empty(t, line.Violations)
		exact := 24 + 2*math.Sqrt2 // two services, to the depot by way of the first, and back
		require.InDelta(t, exact, line.Cost, near)
		require.GreaterOrEqual(t, line.Cost, exact, "rounded up, so that the plan can be driven")
	}
}

// A short day with long work is read in a coarser unit, not refused.
func TestTechniciansWithLongServices(t *testing.T) {
	t.Parallel()
	in, err := instance.Read("trsp", strings.NewReader(strings.NewReplacer(" 230 ", " 1000 ", " 200     10 ", " 200     200 ").Replace(crew)))
	require.NoError(t, err)
	require.Equal(t, 10_000.0, in.Scale)
	require.Equal(t, routing.Seconds(2_000_000), in.Problem.Visits[1].Service)
}

func TestOurOwnDocuments(t *testing.T) {
	t.Parallel()
	in, err := instance.Read("json", strings.NewReader(`{
		"tables": [{"seconds": [[0, 10, 20], [10, 0, null], [20, 10, 0]]}],
		"shifts": [{"start": 0, "end": 0, "work": [0, 480], "skills": [0, 2]}],
		"visits": [
			{"place": 1, "service": 30, "priority": 2, "promise": [60, 90]},
			{"place": 2, "service": 30, "priority": 2, "skills": [{"skill": 1, "level": 2}]}
		]
	}`))
	require.NoError(t, err)
	var out bytes.Buffer
	line, err := instance.Run(context.Background(), "json", in, nil, solve.Options{Iterations: 50}, &out)
	require.NoError(t, err)
	require.Zero(t, line.Unassigned)
	plan, err := instance.ReadPlan("json", &out, in)
	require.NoError(t, err)
	require.Equal(t, line.Cost, instance.Judge(in, plan).Cost)
}

// A plan that is in time too seldom is judged so, whoever wrote it.
func TestAPlanBelowTheFloorIsJudged(t *testing.T) {
	t.Parallel()
	in, err := instance.Read("json", strings.NewReader(`{
		"tables": [{"seconds": [[0, 10, 20], [10, 0, 10], [20, 10, 0]]}],
		"shifts": [{"start": 0, "end": 0, "work": [0, 480]}],
		"visits": [{"place": 1, "service": 30, "priority": 2}, {"place": 2, "service": 30, "priority": 2, "promise": [0, 55]}],
		"floor": 1000, "scenarios": [{"Service": [2000, 1000], "Travel": [1000, 1000]}]
	}`))
	require.NoError(t, err)
	// Planned at 50, and there at 80 when the first takes twice as long.
	plan, err := instance.ReadPlan("json", strings.NewReader(`{"rounds": [{"visits": [0, 1]}]}`), in)
	require.NoError(t, err)
	found := instance.Judge(in, plan).Violations
	require.Len(t, found, 1)
	require.Contains(t, found[0], string(routing.BrokenChance))
	in.Problem.Floor = 0
	require.Empty(t, instance.Judge(in, plan).Violations)
	require.Equal(t, 400.0, instance.Judge(in, plan).Cost)
}

func TestBrokenInstances(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ format, text string }{
		"empty":            {"solomon", ""},
		"no customers":     {"solomon", "X\nVEHICLE\nNUMBER CAPACITY\n2 3\n"},
		"letters":          {"solomon", strings.Replace(tiny, "    1      3 ", "    1      x ", 1)},
		"due before ready": {"solomon", strings.Replace(tiny, "20        50", "60        50", 1)},
		"half a demand":    {"solomon", strings.Replace(tiny, "    1      3         0          1 ", "    1      3         0          1.5 ", 1)},
		"skill below none": {"json", `{"tables": [{"seconds": [[0]]}], "shifts": [{"start": 0, "end": 0, "work": [0, 9], "skills": [1, -1]}]}`},
		"skill above all":  {"json", `{"tables": [{"seconds": [[0]]}], "shifts": [{"start": 0, "end": 0, "work": [0, 9], "skills": [300]}]}`},
		"no crew":          {"trsp", "X\n"},
		"bad list":         {"trsp", strings.Replace(crew, "[0] \t[0]", "[a] \t[0]", 1)},
		"cut short":        {"json", `{"tables": [`},
		"misspelt":         {"json", `{"tables": [], "shift": []}`},
		"not square":       {"json", `{"tables": [{"seconds": [[0, 1]]}]}`},
		"unknown format":   {"yaml", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := instance.Read(c.format, strings.NewReader(c.text))
			require.Error(t, err)
		})
	}
}

// Every public instance reads, and a short search gives a plan that passes.
func TestPublicInstances(t *testing.T) {
	t.Parallel()
	for _, x := range []struct{ format, name string }{
		{"solomon", "vrptw/solomon/R101.txt"}, {"solomon", "vrptw/homberger/C2_2_1.txt"}, {"trsp", "trsp/RC101.100_25-5-5-5.txt"},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			f, err := os.Open(testdata.File(t, strings.Split(x.name, "/")...))
			require.NoError(t, err)
			defer f.Close()
			in, err := instance.Read(x.format, f)
			require.NoError(t, err)
			line, err := instance.Run(context.Background(), x.format, in, nil, solve.Options{Iterations: 100}, nil)
			require.NoError(t, err)
			require.Empty(t, line.Violations)
			require.Zero(t, line.Unassigned)
		})
	}
}

// seeds are what fuzzing begins with: an instance of each format with a plan.
var seeds = []struct {
	format     uint8
	text, plan string
}{
	{0, tiny, "Route #1: 1 2\nRoute #2: 3\nCost 18.0\n"},
	{0, strings.ReplaceAll(tiny, "\n", "\r\n"), "Route #1: 1 2 3 1\nRoute #99: 0\n"},
	{1, crew, "Technician 1: 2 0 3\nDuration 26.000\n"},
	{1, strings.Replace(crew, "[1]", "[1,1]", 1), "Technician 2: 2\nTechnician 1: 3 0 0 2\n"},
	{2, `{"tables":[{"seconds":[[0]]}],"visits":[{"place":0,"service":1,"priority":1}]}`, `{"rounds":[],"unassigned":[0]}`},
	{2, `{"tables":[{"seconds":[[0,5],[5,0]],"hours":[{"from":3,"seconds":[[0,9],[null,0]],"later":[[0,6],[null,0]]},{"from":7,"seconds":[[0,6],[6,0]]}]}],
		"shifts":[{"start":0,"end":0,"work":[0,9],"overtime":200,"regions":[1],"breaks":[{"window":[0,9],"duration":2}],"restock":{"place":1,"service":1}},
			{"start":0,"end":1,"work":[0,500],"frozen":[{"visit":2,"start":1,"end":3}],"from":1,"now":4}],
		"visits":[{"place":1,"service":1,"priority":1,"meet":1,"region":1,"walk":1,"tools":[3]},{"place":1,"service":2,"priority":9,"meet":1,"release":4},
			{"place":0,"service":0,"priority":1},{"place":0,"service":0,"priority":1,"after":[2],"optional":true,"prize":3,"soft":{"end":1,"cap":2,"per_second":3}}]}`,
		`{"rounds":[{"visits":[0]},{"visits":[2,1,3]}],"unassigned":[]}`},
}

// Whatever is read, nothing panics; what is accepted is a valid problem; and a
// plan is judged the same by judge and evaluation: without violations it has a cost.
func FuzzReaders(f *testing.F) {
	for _, s := range seeds {
		f.Add(s.format, s.text, s.plan)
	}
	f.Fuzz(func(t *testing.T, format uint8, text, plan string) {
		name := instance.Formats[int(format)%len(instance.Formats)]
		in, err := instance.Read(name, strings.NewReader(text))
		if err != nil {
			return
		}
		require.NoError(t, routing.Validate(in.Problem))
		read, err := instance.ReadPlan(name, strings.NewReader(plan), in)
		if err != nil || len(in.Problem.Visits) > 20 {
			return // evaluation without a bound on the visits could take long
		}
		line := instance.Judge(in, read)
		if tts, _, err := routing.Evaluate(in.Problem, read.Plan); err == nil && len(line.Violations) == 0 {
			require.Empty(t, routing.Check(in.Problem, read.Plan, tts))
		}
	})
}

func TestMeasure(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(dir+"/vrptw/solomon", 0o700))
	require.NoError(t, os.WriteFile(dir+"/vrptw/solomon/T101.txt", []byte(tiny), 0o600))
	require.NoError(t, os.WriteFile(dir+"/vrptw/solomon/T102.txt", []byte(tiny), 0o600))
	require.NoError(t, os.WriteFile(dir+"/vrptw/solomon/T201.txt", []byte(tiny), 0o600)) // no best known: left out
	require.NoError(t, os.WriteFile(dir+"/vrptw/bks.csv", []byte("instance,customers,best\nT101,3,17.5\nT102,3,18\n"), 0o600))
	trial := instance.Trial{Data: dir, Set: "solomon", Time: time.Millisecond, Seeds: 2}
	found, err := instance.Measure(context.Background(), trial)
	require.NoError(t, err)
	require.Equal(t, []float64{18, 18, 18, 18}, found.Costs)
	require.Equal(t, 2, found.Reached)
	require.InDelta(t, 100*(18/17.5-1)/2, found.Mean, 1e-9)
	require.InDelta(t, found.Mean, found.ByClass["T1"], 1e-9)
	trial.Every = 2
	found, err = instance.Measure(context.Background(), trial)
	require.NoError(t, err)
	require.Equal(t, 2, found.Runs)
	for _, list := range []string{"", "instance,customers\nT101,3\n"} {
		require.NoError(t, os.WriteFile(dir+"/vrptw/bks.csv", []byte(list), 0o600))
		_, err = instance.Measure(context.Background(), trial)
		require.ErrorContains(t, err, "data_missing")
	}
	trial.Set = "solomn"
	_, err = instance.Measure(context.Background(), trial)
	require.ErrorContains(t, err, "set_unknown")
	trial.Set, trial.Data = "trsp", t.TempDir()
	_, err = instance.Measure(context.Background(), trial)
	require.ErrorContains(t, err, "data_missing")
}
