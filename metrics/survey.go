package metrics

import (
	"strconv"

	"github.com/shopspring/decimal"
)

// NPS is the net promoter score as a fraction of −1 to 1:
// (promoters − detractors) / answers. It is usually quoted times 100 and
// without the percent sign. Promoters answer 9 or 10 of 10, passives 7 or 8,
// detractors 0 to 6. Undefined without answers. Source: F. Reichheld, "The
// One Number You Need to Grow", Harvard Business Review (December 2003).
func NPS(promoters, passives, detractors int64) (Ratio, error) {
	f := faults{op: "NPS"}
	f.count("promoters", promoters)
	f.count("passives", passives)
	f.count("detractors", detractors)
	if err := f.err(); err != nil {
		return Ratio{}, err
	}
	return NewCount(promoters-detractors, promoters+passives+detractors), nil
}

// CSAT is the share of answers that are satisfied, 4 or 5 on the usual scale
// of 5 (the "top two boxes"). Undefined without answers. Source: Zendesk and
// Qualtrics, whose reports count it so.
func CSAT(satisfied, answers int64) (Ratio, error) {
	f := faults{op: "CSAT"}
	f.count("satisfied", satisfied)
	f.count("answers", answers)
	if len(f.errs) == 0 && satisfied > answers {
		f.add("satisfied", strconv.FormatInt(satisfied, 10), "more than the "+strconv.FormatInt(answers, 10)+" answers", CodeExceeds)
	}
	if err := f.err(); err != nil {
		return Ratio{}, err
	}
	return NewCount(satisfied, answers), nil
}

// CES is the customer effort score, the mean answer: total / answers, on the
// scale that was asked. Say with it which scale that is and which end is
// good: the original asks how much effort it took, 1 to 5, and low is good;
// version 2.0 asks for agreement with "made it easy", 1 to 7, and high is
// good. Undefined without answers. Source: M. Dixon, K. Freeman, N. Toman,
// "Stop Trying to Delight Your Customers", Harvard Business Review (July
// 2010).
func CES(total decimal.Decimal, answers int64) (Ratio, error) {
	return perHead("CES", "total", total, "answers", answers)
}
