package sqltext

import (
	"fmt"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// What all queries of changes begin with, one table a step:
//
//	raw       the rows, their columns under names of this package, and v_bad
//	ranked    which of the changes to a level in one window of netting holds
//	faults    how many rows break a rule
//	levels    what each window did to each level
//	moments   what it did to the customer
//	states    the customer's MRR and how many levels are present, after it
//	history   and the most of both before
//	steps     what the step is called, as package ledger's walk names it
//
// v_time is the instant, or with PerMonth the month.

// keys are the columns that tell levels apart.
func (c *columns) keys() string {
	return list("k_customer", given(c.subscription != "", "k_subscription"), given(c.item != "", "k_item"))
}

// raw and ranked, and faults by all rules. edges is what else makes a row bad.
func (c *columns) raw(ch *chain, net ledger.Net, edges string) {
	s := &speeches[c.d]
	bad := make([]string, 0, 8)
	for _, r := range c.rowRules() {
		bad = append(bad, "("+r.broken+")")
	}
	if edges != "" {
		bad = append(bad, "("+edges+")")
	}
	live := c.amount + " > 0"
	if c.alive != "" {
		live += " OR " + c.alive + " = 1"
	}
	time := c.at
	if net == ledger.PerMonth {
		time = c.month
	}
	seq := "0"
	if c.seq != "" {
		seq = "CAST(" + c.seq + " AS " + s.integer + ")"
	}
	segmented := c.segment != ""
	ch.with("raw",
		"SELECT "+c.customer+" AS k_customer,",
		given(c.subscription != "", "  "+c.subscription+" AS k_subscription,"),
		given(c.item != "", "  "+c.item+" AS k_item,"),
		given(segmented, "  "+c.segment+" AS k_segment,"),
		"  CAST("+c.at+" AS "+s.integer+") AS v_at,",
		"  CAST("+c.month+" AS "+s.integer+") AS v_month,",
		"  CAST("+time+" AS "+s.integer+") AS v_time,",
		"  CAST("+c.amount+" AS "+s.wide+") AS v_amount,",
		"  "+when(live, "1")+" AS v_live,",
		"  "+seq+" AS v_seq,",
		"  CASE WHEN "+strings.Join(bad, "\n    OR ")+" THEN 1 ELSE 0 END AS v_bad",
		"FROM "+c.from,
	)
	ch.with("ranked",
		"SELECT "+list(c.keys(), given(segmented, "k_segment"), "v_month, v_time, v_amount, v_live, v_bad,"),
		"  ROW_NUMBER() OVER (PARTITION BY "+c.keys()+", v_time ORDER BY v_at DESC, v_seq DESC) AS v_rank,",
		"  COUNT(*) OVER (PARTITION BY "+c.keys()+", v_at, v_seq) AS v_same,",
		given(segmented, "  MIN(k_segment) OVER (PARTITION BY k_customer) AS v_low_segment,"),
		given(segmented, "  MAX(k_segment) OVER (PARTITION BY k_customer) AS v_high_segment,"),
		"  MAX(v_month) OVER (PARTITION BY k_customer ORDER BY v_at, v_month DESC "+through+") AS v_peak",
		"FROM raw",
	)
}

func (c *columns) faults(ch *chain) {
	broken := []string{"v_bad = 1"}
	for _, r := range c.allRules() {
		broken = append(broken, r.broken)
	}
	ch.with("faults", "SELECT 1 AS fault_key, COUNT(*) AS fault_rows", "FROM ranked", "WHERE "+strings.Join(broken, " OR "))
}

// states follows the customers.
func (c *columns) states(ch *chain, net ledger.Net, edges string) {
	c.raw(ch, net, edges)
	c.faults(ch)
	segmented := c.segment != ""
	level := " OVER (PARTITION BY " + c.keys() + " ORDER BY v_time " + prior + ")"
	ch.with("levels",
		"SELECT k_customer, "+given(segmented, "k_segment, ")+"v_time, v_month,",
		"  v_amount - "+zero("MAX(v_amount)"+level)+" AS d_amount,",
		"  v_live - "+zero("MAX(v_live)"+level)+" AS d_live",
		"FROM ranked",
		"WHERE v_rank = 1",
	)
	ch.with("moments",
		"SELECT k_customer, v_time, MIN(v_month) AS g_month, "+given(segmented, "MIN(k_segment) AS g_segment, ")+
			"SUM(d_amount) AS g_amount, SUM(d_live) AS g_live",
		"FROM levels",
		"GROUP BY k_customer, v_time",
	)
	customer := " OVER (PARTITION BY k_customer ORDER BY v_time "
	ch.with("states",
		"SELECT k_customer, v_time, g_month, "+given(segmented, "g_segment, ")+"g_amount, g_live,",
		"  SUM(g_amount)"+customer+through+") AS a_amount,",
		"  SUM(g_live)"+customer+through+") AS a_live",
		"FROM moments",
	)
	ch.with("history",
		"SELECT k_customer, v_time, g_month, "+given(segmented, "g_segment, ")+"g_amount, g_live, a_amount, a_live,",
		"  "+zero("MAX(a_amount)"+customer+before+")")+" AS e_amount,",
		"  "+zero("MAX(a_live)"+customer+before+")")+" AS e_live",
		"FROM states",
	)
}

// heads of a step, as v_head says them.
const (
	joins   = 1
	returns = 2
	leaves  = 3
)

// steps names what happened.
func (c *columns) steps(ch *chain) {
	kind := func(k ledger.Kind) string { return "'" + k.String() + "'" }
	was, is := "a_live - g_live > 0", "a_live > 0"
	ch.with("named",
		"SELECT k_customer, v_time, g_month, "+given(c.segment != "", "g_segment, ")+"g_amount AS v_gain, a_amount - g_amount AS v_before, a_amount AS v_after,",
		"  CASE",
		"    WHEN "+was+" AND "+is+" AND g_amount > 0 AND e_amount = 0 THEN "+kind(ledger.NewBusiness),
		"    WHEN "+was+" AND "+is+" AND g_amount > 0 THEN "+kind(ledger.Expansion),
		"    WHEN "+was+" AND "+is+" AND g_amount < 0 THEN "+kind(ledger.Contraction),
		"    WHEN "+was+" AND "+is+" THEN ''",
		"    WHEN "+is+" AND (e_live = 0 OR e_amount = 0 AND a_amount > 0) THEN "+kind(ledger.NewBusiness),
		"    WHEN "+is+" THEN "+kind(ledger.Reactivation),
		"    WHEN "+was+" THEN "+kind(ledger.Churn),
		"    ELSE '' END AS v_kind,",
		"  CASE",
		"    WHEN "+was+" AND "+is+" THEN 0",
		fmt.Sprintf("    WHEN %s AND e_live = 0 THEN %d", is, joins),
		fmt.Sprintf("    WHEN %s THEN %d", is, returns),
		fmt.Sprintf("    WHEN %s THEN %d", was, leaves),
		"    ELSE 0 END AS v_head",
		"FROM history",
	)
	ch.with("steps",
		"SELECT k_customer, v_time, g_month, "+given(c.segment != "", "g_segment, ")+"v_gain, v_before, v_after, v_kind, v_head",
		"FROM named",
		"WHERE v_kind <> ''",
	)
}
