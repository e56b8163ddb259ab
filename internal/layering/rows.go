package layering

const module = "github.com/lifecycle-go/lifecycle"

// House is the table of this repository. DESIGN.md shows the same rows with
// the reasons; change both together.
func House() Rules {
	return Rules{
		Module: module,
		Rows: [][]string{
			0: {"internal/num", "internal/special", "metrics/money", "metrics/calendar"},
			1: {"metrics"},
			2: {"persona", "touchpoint", "metrics/ledger"},
			3: {"journey", "metrics/billing", "metrics/billing/importer", "metrics/cohort"},
			4: {
				"touchpoint/attribution",
				"persona/segment", "persona/health",
				"journey/funnel", "journey/retention", "journey/mining",
				"metrics/survival", "metrics/clv",
				"metrics/billing/stripe", "metrics/billing/recurly", "metrics/billing/paddle",
				"metrics/billing/lago", "metrics/billing/chargebee", "metrics/billing/csvspan",
			},
			5: {"journey/simulate", "journey/journeymap", "journey/journeytest", "metrics/forecast"},
			6: {".", "examples/*"},
		},
		Beside: map[string][]string{
			"metrics/money":    {"internal/num"}, // bounds of decimals from outside
			"metrics/calendar": {"internal/num"},
			// What the importers of row 4 are made of; it speaks in spans.
			"metrics/billing/importer": {"metrics/billing"},
		},
		TestOnly: []string{"internal/golden", "internal/layering"},
		Third: []Place{
			{
				Path: "github.com/shopspring/decimal",
				Code: []string{
					"internal/num", "metrics/...", "touchpoint/...",
					"persona", "persona/segment", // traits are exact numbers too: price tier, revenue
					"journey/simulate", "journey/journeymap", "examples/...",
				},
				Reason: "decimals are where money or rates are",
			},
			{
				Path:   "github.com/looplab/fsm",
				Code:   []string{"journey/fsm.go"},
				Tests:  []string{"journey", "journey/journeytest"},
				Reason: "one file knows the executor of live transitions, journey/fsm.go",
			},
			{
				Path:   "gonum.org/v1/gonum",
				Row:    4,
				Code:   []string{"internal/special"},                // the special functions of the estimators
				Tests:  []string{"internal/special", "metrics/..."}, // as an oracle
				Reason: "estimators begin at row 4",
			},
			{Path: "github.com/stretchr/testify", Reason: "a user's program must not link a test library"},
			{Path: "pgregory.net/rapid", Reason: "a user's program must not link a test library"},
			{
				Path:   "testing",
				Code:   []string{"journey/journeytest", "internal/golden"},
				Reason: "only the test kits know package testing",
			},
			{Path: "math/rand", Alone: true, Reason: "randomness is an argument: take a math/rand/v2 source"},
			{Path: "C", Tests: []string{}, Reason: "no cgo in the root module"},
		},
	}
}
