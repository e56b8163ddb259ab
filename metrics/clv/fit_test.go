package clv_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/clv"
)

// Maximum likelihood estimates in float64 with a Newton polish to a step below
// 1e-9, standard errors from the observed information of the log parameters;
// the papers, BTYD, BTYDplus, CLVTools, lifetimes and foretell print the same
// quantities to the digits their optimisers reach.
func TestFits(t *testing.T) {
	for _, c := range []struct {
		name string
		ll   float64
		p    []float64
		se   []float64
	}{
		{"BG/NBD lifetimes_cdnow_summary.csv (2-decimals)", -9582.42556057, []float64{0.242592907, 4.413531561, 0.792886148, 2.425753436}, []float64{0.01255732, 0.37822142, 0.18571914, 0.70534576}},
		{"MBG/NBD lifetimes_cdnow_summary.csv (2-decimals)", -9582.13268490, []float64{0.524837984, 6.182992019, 0.891356155, 1.613999335}, []float64{0.08326406, 0.69559793, 0.15478531, 0.53747236}},
		{"BG/NBD cdnow_cbs_full_precision.csv", -9582.42920667, []float64{0.242594522, 4.413602019, 0.792922017, 2.425906777}, []float64{0.01255738, 0.37822406, 0.18573382, 0.70541426}},
		{"Pareto/NBD cdnow_cbs_full_precision.csv", -9594.97617894, []float64{0.553277047, 10.577683464, 0.606239989, 11.668735286}, []float64{0.04762793, 0.84272253, 0.18728134, 6.21111362}},
		{"GammaGamma cdnow_cbs_full_precision.csv n=946", -4055.91769480, []float64{6.249572271, 3.744224667, 15.443520964}, []float64{1.19005534, 0.29013307, 4.15942275}},
		{"BG/BB donations", -33225.58127435, []float64{1.203522352, 0.749716358, 0.656718208, 2.783442233}, []float64{0.06939136, 0.02944772, 0.05100986, 0.32081900}},
		{"sBG high_end years 0..4 (N=1000)", -1225.13490704, []float64{1.280976380, 7.790384090}, []float64{0.55346797, 3.80872238}},
		{"BdW high_end years 0..4 (N=1000)", -1222.74931824, []float64{0.259335732, 1.722551488, 1.584361515}, []float64{0.12016929, 0.77694164, 0.35302330}},
		{"sBG high_end years 0..7 (N=1000)", -1611.15814739, []float64{0.668088351, 3.806094964}, []float64{0.10373493, 0.78553169}},
		{"BdW high_end years 0..12 (N=1000)", -2004.81688850, []float64{0.249640734, 1.654180958, 1.596796468}, []float64{0.05721125, 0.35765908, 0.23365477}},
		{"sBG regular years 0..4 (N=1000)", -1401.55942358, []float64{0.763665063, 1.295830272}, []float64{0.09679525, 0.21062574}},
		{"BdW regular years 0..4 (N=1000)", -1401.38305168, []float64{0.523029313, 0.894282659, 1.196398711}, []float64{0.30903806, 0.52481976, 0.37408615}},
		{"sBG regular years 0..7 (N=1000)", -1680.26518846, []float64{0.704077298, 1.182043026}, []float64{0.06559896, 0.15247563}},
		{"BdW regular years 0..7 (N=1000)", -1679.60283291, []float64{0.455613989, 0.779325508, 1.283451286}, []float64{0.16704143, 0.28270992, 0.29809507}},
		{"MBG/NBD master", -95336.95831988, []float64{0.637139733, 7.310289542, 0.807474118, 1.228393996}, []float64{0.03620746, 0.29326388, 0.03761176, 0.11194551}},
		{"Pareto/NBD master", -95415.11861747, []float64{0.597419966, 11.585657782, 0.522185611, 8.827759147}, []float64{0.01737264, 0.29676469, 0.04634113, 1.47422657}},
		{"MBG/NBD grocery weeks to 2006-12-31", -15781.93937489, []float64{1.256921277, 6.039142324, 0.368276613, 0.715763623}, []float64{0.11709679, 0.54861350, 0.03019100, 0.08358894}},
		{"BG/NBD grocery", -15836.56623055, []float64{0.348645867, 2.581671123, 0.503845418, 3.644385764}, []float64{0.01591309, 0.18256310, 0.09473389, 0.97780272}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := fitNamed(t, c.name)
			require.True(t, r.Converged)
			require.InDelta(t, c.ll, r.LogLikelihood, 1e-9*math.Abs(c.ll)+1e-8)
			for i := range c.p {
				require.InEpsilon(t, c.p[i], r.Params[i], 1e-7, r.Names[i])
				require.InEpsilon(t, c.se[i], r.SE[i], 2e-5, r.Names[i])
			}
			require.Empty(t, r.Diagnoses)
			t.Log(r.Iterations, r.Evaluations)
		})
	}
}

func fitNamed(t *testing.T, name string) clv.FitReport {
	t.Helper()
	model, data, _ := strings.Cut(name, " ")
	report := func(m interface{ Report() clv.FitReport }, err error) clv.FitReport {
		t.Helper()
		require.NoError(t, err)
		return m.Report()
	}
	var cells []clv.Cell
	switch {
	case model == "GammaGamma":
		rows, col := table(t, "cdnow_cbs_full_precision.csv")
		var spends []clv.Spend
		for _, r := range rows {
			spends = append(spends, clv.Spend{X: num(t, r[col["x"]]), Mean: num(t, r[col["m_x"]])})
		}
		return report(clv.FitGammaGamma(slices.Values(spends), clv.FitOptions{}))
	case model == "sBG" || model == "BdW":
		var segment string
		var years int
		_, err := fmt.Sscanf(data, "%s years 0..%d", &segment, &years)
		require.NoError(t, err)
		one := slices.Values([]clv.Renewals{retained(t, segment, years)})
		if model == "sBG" {
			return report(clv.FitSBG(one, clv.FitOptions{}))
		}
		return report(clv.FitBdW(one, clv.FitOptions{}))
	case strings.HasPrefix(data, "lifetimes_cdnow"):
		cells = cellsOf(t, "lifetimes_cdnow_summary.csv", "frequency", "recency", "T", "")
	case strings.HasPrefix(data, "cdnow_cbs"):
		cells = cellsOf(t, "cdnow_cbs_full_precision.csv", "x", "t_x", "T_cal", "")
	case data == "donations":
		cells = cellsOf(t, "donations_rf_matrix.csv", "x", "t.x", "n.cal", "custs")
	case data == "master":
		cells = history(t, "cdnow_master_transactions.csv", "customer_id", "date", "1997-09-30")
	case strings.HasPrefix(data, "grocery"):
		cells = history(t, "btydplus_grocery_elog.csv", "cust", "date", "2006-12-31")
	default:
		t.Fatal(name)
	}
	in := slices.Values(cells)
	switch model {
	case "BG/NBD":
		return report(clv.FitBGNBD(in, clv.FitOptions{}))
	case "MBG/NBD":
		return report(clv.FitMBGNBD(in, clv.FitOptions{}))
	case "Pareto/NBD":
		return report(clv.FitParetoNBD(in, clv.FitOptions{}))
	case "BG/BB":
		return report(clv.FitBGBB(in, clv.FitOptions{}))
	}
	t.Fatal(name)
	return clv.FitReport{}
}
