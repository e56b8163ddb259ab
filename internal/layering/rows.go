package layering

const module = "github.com/lifecycle-go/lifecycle"

// House is the table of this repository. DESIGN.md shows the same rows with
// the reasons; change both together.
func House() Rules {
	return Rules{
		Module: module,
		Rows: [][]string{
			0: {
				"examples/internal/cli", // no reader of an example needs to see it twice
				"internal/num", "internal/quantile", "internal/pack", "internal/diagram", "internal/enum", "internal/text", "internal/intern", "internal/jsonin", "internal/special", "internal/vendor",
				"metrics/calendar", "metrics/money", "metrics/fault", "metrics/wholefile",
				"metrics/billing/internal/subs", "journey/internal/id",
			},
			1: {"metrics", "internal/sqldb", "internal/sqldb/sqldbtest", "metrics/billing/internal/words"},
			2: {"persona", "touchpoint", "metrics/ledger", "metrics/billing", "internal/svg"},
			3: {
				"journey", "metrics/cohort", "metrics/billing/policy",
				"persona/ideal", "persona/score", "touchpoint/channel", "touchpoint/survey",
				"metrics/billing/internal/kit", "metrics/billing/importer",
				"internal/page",
			},
			4: {
				"metrics/billing/stripe", "metrics/billing/recurly", "metrics/billing/paddle",
				"metrics/billing/lago", "metrics/billing/chargebee", "metrics/billing/csvspan", "metrics/billing/revops", "metrics/billing/internal/kittest",
				"touchpoint/source", "touchpoint/attribution",
				"journey/preset", "journey/tracker", "journey/funnel", "journey/retention",
				"metrics/survival", "metrics/clv",
			},
			5: {"journey/mining", "journey/scorecard", "journey/simulate", "journey/journeymap/words", "metrics/forecast", "metrics/sqltext"},
			6: {"journey/journeymap", "journey/journeytest", "metrics/report"},
			7: {"metrics/shard", "journey/journeymap/sample", ".", "examples/*", "journey/internal/cases"},
		},
		Beside: map[string][]string{
			// Bounds of decimals from outside, and how a refusal is said.
			"metrics/fault":    {"internal/text"},
			"internal/enum":    {"internal/text", "metrics/fault"},
			"internal/num":     {"metrics/fault"},
			"internal/intern":  {"metrics/fault"},
			"internal/jsonin":  {"internal/text", "metrics/fault"},
			"metrics/calendar": {"internal/num", "internal/enum", "internal/text", "metrics/fault"},
			"metrics/money":    {"internal/num", "internal/enum", "internal/text", "metrics/fault", "metrics/calendar"},
			// The longest name of a ledger bounds those of records.
			"metrics/billing": {"metrics/ledger"},
			// Its users' options, limits and errors.
			"metrics/billing/internal/kit": {"metrics/billing/importer"},
		},
		TestOnly: []string{"examples/internal/clitest", "internal/golden", "internal/law", "internal/layering", "internal/sqldb/sqldbtest", "journey/internal/cases", "metrics/billing/internal/kittest"},
		Third: []Place{
			{
				Path: "github.com/shopspring/decimal",
				Code: []string{
					"internal/num", "internal/pack", "metrics/...", "touchpoint/...",
					"persona/...", // traits are exact numbers too: price tier, revenue
					"journey/funnel", "journey/retention", "journey/mining", "journey/scorecard",
					"journey/simulate", "journey/journeymap", "journey/journeymap/sample", "journey/journeytest", "examples/...",
				},
				Reason: "decimals are where money or rates are",
			},
			{
				Path:   "github.com/looplab/fsm",
				Code:   []string{"journey/tracker/fsm.go"},
				Tests:  []string{"journey", "journey/tracker", "journey/journeytest"},
				Reason: "one file knows the executor of live transitions, journey/tracker/fsm.go",
			},
			{
				Path:   "gonum.org/v1/gonum",
				Row:    4,
				Code:   []string{"internal/special"},
				Tests:  []string{"metrics/...", "internal/special"}, // as an oracle
				Reason: "estimators begin at row 4",
			},
			{
				Path:   "github.com/go-json-experiment/json",
				Code:   []string{"internal/jsonin"},
				Reason: "one package knows the JSON reader, until it is the standard library's",
			},
			{Path: "github.com/stretchr/testify", Reason: "a user's program must not link a test library"},
			{Path: "pgregory.net/rapid", Code: []string{"internal/law"}, Reason: "a user's program must not link a test library"},
			{
				Path:   "testing",
				Code:   []string{"journey/journeytest", "examples/internal/clitest", "internal/golden", "internal/law", "internal/sqldb/sqldbtest", "metrics/billing/internal/kittest"},
				Reason: "only the test kits know package testing",
			},
			{Path: "math/rand", Alone: true, Reason: "randomness is an argument: take a math/rand/v2 source"},
			{Path: "C", Tests: []string{}, Reason: "no cgo in the root module"},
		},
	}
}
