package survival_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/survival"
)

// Expected figures are those of R's survival 3.5-3 (3.8-6 where it says so) on
// the same files.

var nan, inf = math.NaN(), math.Inf(1)

// close compares to a relative 1e-8, NaN being equal to itself.
func near(t *testing.T, want, got float64, about ...any) {
	t.Helper()
	if math.IsNaN(want) || math.IsInf(want, 0) || want == 0 {
		assert.Equal(t, math.Float64bits(want), math.Float64bits(got), about...)
		return
	}
	assert.InEpsilon(t, want, got, 1e-8, about...)
}

func TestKaplanMeier_R(t *testing.T) {
	t.Parallel()
	type at struct{ t, risk, s, se, lo, hi float64 }
	for _, c := range []struct {
		name           string
		subjects       func(testing.TB) []survival.Subject
		group          string
		interval       survival.Interval
		n              int64
		median, lo, hi float64
		points         []at
	}{
		{"aml", aml, "Maintained", survival.Log, 11, 31, 18, inf, []at{
			{10, 10, 0.9090909091, 0.0866784172, 0.7541338451, 1},
			{20, 7, 0.7159090909, 0.1396649706, 0.4884262874, 1},
			{30, 5, 0.6136363636, 0.152632331, 0.3768670595, 0.9991576002},
			{45, 3, 0.3681818182, 0.1626688858, 0.1548771179, 0.8752606781},
		}},
		{"aml", aml, "Nonmaintained", survival.Log, 12, 23, 8, inf, []at{
			{10, 8, 0.6666666667, 0.1360827635, 0.4468460812, 0.9946253603},
			{30, 4, 0.2916666667, 0.1387151691, 0.1148311502, 0.7408220185},
			{45, 1, 0, nan, nan, nan},
		}},
		{"aml", aml, "Maintained", survival.Plain, 11, 31, 18, 48, []at{
			{10, 10, 0.9090909091, 0.0866784172, 0.7392043331, 1}, {45, 3, 0.3681818182, 0.1626688858, 0.04935666056, 0.6870069758},
		}},
		{"aml", aml, "Nonmaintained", survival.Plain, 12, 23, 8, 33, []at{
			{20, 6, 0.5833333333, 0.1423187606, 0.3043936882, 0.8622729785}, {30, 4, 0.2916666667, 0.1387151691, 0.01978993105, 0.5635434023},
		}},
		{"lung", lungAll, "", survival.Log, 228, 310, 285, 363, []at{
			{100, 196, 0.8639689676, 0.02271023043, 0.8205848921, 0.9096467462},
			{310, 85, 0.4950242932, 0.03523274625, 0.4305695247, 0.5691277175},
			{700, 16, 0.1423915057, 0.03034131065, 0.09377928072, 0.2162027766},
		}},
		{"lung", lungAll, "", survival.LogLog, 228, 310, 284, 361, []at{
			{100, 196, 0.8639689676, 0.02271023043, 0.8122223198, 0.9023101805},
			{365, 65, 0.4092416245, 0.03582363817, 0.3387142691, 0.4783807676},
			{700, 16, 0.1423915057, 0.03034131065, 0.08937380169, 0.2073703101},
		}},
		{"lung", lungAll, "", survival.Plain, 228, 310, 284, 361, []at{
			{100, 196, 0.8639689676, 0.02271023043, 0.8194577339, 0.9084802014}, {700, 16, 0.1423915057, 0.03034131065, 0.08292362954, 0.2018593818},
		}},
		{"waltons", waltons, "", survival.Log, 163, 56, 53, 58, []at{
			{10, 157, 0.9692101227, 0.01355638986, 0.9430009784, 0.9961477065}, {70, 1, 0.0143405091, 0.01001020341, 0.003650854699, 0.0563293306},
		}},
		{"waltons", waltons, "", survival.LogLog, 163, 56, 53, 58, []at{
			{33, 133, 0.8025306748, 0.03127315401, 0.7324961089, 0.8560234676}, {70, 1, 0.0143405091, 0.01001020341, 0.002854077704, 0.04618369753},
		}},
		{"waltons", waltons, "", survival.Plain, 163, 56, 53, 58, []at{{70, 1, 0.0143405091, 0.01001020341, 0, 0.03396014727}}},
		{"telco", telcoContract, "", survival.Log, 7043, nan, inf, inf, []at{
			{0, 7043, 1, 0, 1, 1},
			{1, 7032, 0.9459613197, 0.002696184611, 0.9406916277, 0.9512605321},
			{24, 3927, 0.7887363984, 0.005208963691, 0.7785928079, 0.7990121406},
			{72, 362, 0.5927901521, 0.009918766871, 0.5736650422, 0.6125528636},
		}},
		{"telco", telcoContract, "", survival.LogLog, 7043, nan, inf, inf, []at{ // R 3.8-6 at time 0
			{0, 7043, 1, 0, 1, 1}, {12, 4974, 0.8431995538, 0.004492160255, 0.8341686858, 0.8517833207}}},
		{"telco", telcoContract, "Month-to-month", survival.Log, 3875, 35, 32, 38, []at{
			{1, 3875, 0.9019354839, 0.004777578461, 0.8926200422, 0.9113481421}, {24, 1202, 0.5859154739, 0.009245408377, 0.5680721498, 0.6043192624},
		}},
		{"telco", telcoContract, "One year", survival.Log, 1473, nan, 72, inf, []at{
			{1, 1472, 1, 0, 1, 1}, {24, 1172, 0.9782723764, 0.003998735892, 0.9704663088, 0.9861412331},
		}},
		{"telco", telcoContract, "Two year", survival.Log, 1695, nan, inf, inf, []at{{12, 1636, 1, 0, 1, 1}}},
		{"heart, entered late", heartAll, "0", survival.Log, 103, 149, 69, inf, []at{
			{30, 46, 0.8068055308, 0.04277071213, 0.7271845022, 0.8951444407}, {100, 10, 0.562714011, 0.0810268175, 0.4243466298, 0.7461990644},
		}},
		{"heart, entered late", heartAll, "1", survival.Log, 69, 90, 53, 334, []at{
			{30, 34, 0.7354214413, 0.1002259761, 0.5630297816, 0.9605969595}, {100, 40, 0.4678754215, 0.08016207596, 0.334419881, 0.6545885052},
		}},
	} {
		curve, err := survival.KaplanMeier(slices.Values(c.subjects(t)), survival.Options{Interval: c.interval})
		require.NoError(t, err)
		if c.group != "" {
			curve = curve.Group(c.group)
		}
		assert.Equal(t, c.n, curve.Subjects(), c.name)
		m := curve.Median()
		assert.Equal(t, !math.IsNaN(c.median), m.Defined(), c.name)
		near(t, c.median, m.Value, "%s %s median", c.name, c.group)
		near(t, c.lo, m.Lo, "%s %s %v median lo", c.name, c.group, c.interval)
		near(t, c.hi, m.Hi, "%s %s %v median hi", c.name, c.group, c.interval)
		for _, w := range c.points {
			p := curve.At(w.t)
			near(t, w.risk, p.AtRisk, "%s %s %v at risk", c.name, c.group, w.t)
			near(t, w.s, p.S, "%s %s %v S", c.name, c.group, w.t)
			near(t, w.se, p.SE, "%s %s %v SE", c.name, c.group, w.t)
			near(t, w.lo, p.Lo, "%s %s %v %v lo", c.name, c.group, w.t, c.interval)
			near(t, w.hi, p.Hi, "%s %s %v %v hi", c.name, c.group, w.t, c.interval)
		}
	}
}

func lungAll(tb testing.TB) []survival.Subject       { tb.Helper(); return lung(tb) }
func heartAll(tb testing.TB) []survival.Subject      { tb.Helper(); return heart(tb) }
func telcoContract(tb testing.TB) []survival.Subject { tb.Helper(); return telco(tb, "Contract") }

func TestNelsonAalen_R(t *testing.T) {
	t.Parallel()
	type at struct{ t, h, se float64 }
	for _, c := range []struct {
		subjects func(testing.TB) []survival.Subject
		group    string
		tied     bool
		points   []at
	}{
		{aml, "Maintained", false, []at{{10, 0.09090909091, 0.09090909091}, {20, 0.3159090909, 0.1840909091}, {30, 0.4587662338, 0.2330185102}, {45, 0.9087662338, 0.3959767999}}},
		{aml, "Maintained", true, []at{{10, 0.09090909091, 0.09090909091}, {45, 0.9087662338, 0.3959767999}}},
		{lungAll, "", false, []at{{100, 0.1456542286, 0.02618446437}, {310, 0.6997194232, 0.07080131996}, {365, 0.8883245744, 0.08696538766}, {700, 1.92444756, 0.2091245522}}},
		{lungAll, "", true, []at{{100, 0.1458734979, 0.02622378521}, {310, 0.7006222752, 0.07089254329}, {700, 1.926744935, 0.2092990085}}},
		{waltons, "", false, []at{{10, 0.03105780883, 0.01388989907}, {33, 0.2173391489, 0.03849209073}, {56, 0.8051926409, 0.08579448397}, {70, 2.923491903, 0.3237186884}}},
		{waltons, "", true, []at{{10, 0.03117623093, 0.01394336317}, {33, 0.2192276955, 0.03883336336}, {56, 0.8400936785, 0.09027350302}, {70, 4.02133703, 0.6185209977}}},
	} {
		h, err := survival.NelsonAalen(slices.Values(c.subjects(t)), survival.Options{TieCorrected: c.tied})
		require.NoError(t, err)
		if c.group != "" {
			h = h.Group(c.group)
		}
		for _, w := range c.points {
			p := h.At(w.t)
			near(t, w.h, p.H, "H(%v), tied %v", w.t, c.tied)
			near(t, w.se, p.SE, "SE(%v), tied %v", w.t, c.tied)
		}
	}
}

func TestLogRank_R(t *testing.T) {
	t.Parallel()
	veteran := func(tb testing.TB) []survival.Subject {
		tb.Helper()
		v := read(tb, "survival_veteran")
		return v.subjects(func(i int) survival.Subject {
			return survival.Subject{Exit: v.number(i, "time"), Event: v.text(i, "status") == "1", Group: v.text(i, "celltype")}
		})
	}
	gender := func(tb testing.TB) []survival.Subject { tb.Helper(); return telco(tb, "gender") }
	for _, c := range []struct {
		subjects func(testing.TB) []survival.Subject
		rho      float64
		chisq    float64
		df       int
		p        float64
		obs, exp []float64 // in the order of groups
	}{
		{aml, 0, 3.396388699, 1, 0.06533932204, []float64{7, 11}, []float64{10.68933599, 7.310664008}},
		{aml, 1, 2.779279545, 1, 0.09549111541, []float64{3.845410628, 7.181504486}, []float64{6.142857143, 4.884057971}},
		{waltons, 0, 122.2491256, 1, 2.035983222e-28, []float64{122, 34}, []float64{148.9244897, 7.075510271}},
		{waltons, 1, 139.8439342, 1, 2.879664272e-32, []float64{55.37118798, 29.12183858}, []float64{78.90901297, 5.5840136}},
		{veteran, 0, 25.40370035, 3, 1.271245939e-05, []float64{26, 26, 45, 31}, []float64{15.69376461, 34.54947839, 30.10207933, 47.65467767}},
		{gender, 0, 0.5257069722, 1, 0.4684173508, []float64{939, 930}, []float64{923.4673657, 945.5326343}},
		{gender, 1, 0.7931857563, 1, 0.3731385578, []float64{807.5273326, 792.5955061}, []float64{791.0943699, 809.0284689}},
	} {
		got, err := survival.LogRank(slices.Values(c.subjects(t)), survival.Options{Rho: c.rho})
		require.NoError(t, err)
		near(t, c.chisq, got.ChiSq, "rho %v", c.rho)
		assert.InEpsilon(t, c.p, got.P, 1e-7)
		assert.InEpsilon(t, math.Log(c.p), got.LogP, 1e-8)
		assert.Equal(t, c.df, got.DF)
		// The reference names groups as R sorts them; here bytes do. They agree
		// in all of these but for the case of veteran's names, all lower.
		sum := func(xs []float64) (s float64) {
			for _, x := range xs {
				s += x
			}
			return s
		}
		near(t, sum(c.obs), sum(got.Observed))
		near(t, sum(c.exp), sum(got.Expected))
		if c.df == 1 {
			if math.Abs(got.Observed[0]-c.obs[0]) > 1 {
				slices.Reverse(got.Observed)
				slices.Reverse(got.Expected)
			}
		}
		for i := range c.obs {
			if c.df == 1 {
				near(t, c.obs[i], got.Observed[i])
				near(t, c.exp[i], got.Expected[i])
			}
		}
	}
}

type coefficient struct{ coef, se float64 }

func checkCox(t *testing.T, m *survival.CoxModel, null, fit, lrt, wald, score float64, want []coefficient) {
	t.Helper()
	near(t, null, m.NullLogLikelihood(), "null")
	near(t, fit, m.LogLikelihood(), "fit")
	assert.InEpsilon(t, lrt, m.LikelihoodRatio().ChiSq, 1e-7, "LRT")
	assert.InEpsilon(t, wald, m.Wald().ChiSq, 1e-6, "Wald")
	near(t, score, m.Score().ChiSq, "score")
	for i, c := range m.Coefficients() {
		assert.InEpsilon(t, want[i].coef, c.Coef, 1e-6, c.Name)
		assert.InEpsilon(t, want[i].se, c.SE, 1e-6, c.Name)
	}
}

func checkEstimate(t *testing.T, want, se float64, got metrics.Estimate) {
	t.Helper()
	assert.InEpsilon(t, want, got.Value, 2e-8) // one is printed with eight digits
	assert.InEpsilon(t, se, (got.Hi-got.Lo)/(2*1.959963984540054), 1e-6)
}

func TestCox_R(t *testing.T) {
	t.Parallel()
	fit := func(s []survival.Subject, o survival.CoxOptions) *survival.CoxModel {
		m, err := survival.Cox(slices.Values(s), o)
		require.NoError(t, err)
		return m
	}
	m := fit(rossi(t), survival.CoxOptions{Names: rossiNames})
	checkCox(t, m, -675.3806323469, -658.7476594461, 33.2659458, 32.11261068, 33.5286889, []coefficient{
		{-0.3794221665, 0.1913794807},
		{-0.05743774268, 0.0219994706},
		{0.3138997878, 0.3079927766},
		{-0.1497956977, 0.2122242962},
		{-0.4337038779, 0.3818680577},
		{-0.0848710825, 0.1957566719},
		{0.09149708099, 0.02864854996},
	})
	checkEstimate(t, 0.6403292471, 0.02665812277, m.Concordance())
	base, err := m.Baseline("")
	require.NoError(t, err)
	assert.InEpsilon(t, 0.9564992191, base.Hazard(52).H, 1e-7) // R stops at a relative 1e-9 of the likelihood
	pred, err := m.Predict([]float64{1, 25, 1, 0, 0, 1, 3}, "", 0)
	require.NoError(t, err)
	for _, w := range []struct{ t, s, lo, hi float64 }{
		{10, 0.9723690323, 0.9552181849, 0.9898278214}, {26, 0.8969248488, 0.8527576004, 0.9433796709}, {52, 0.772899117, 0.6940296642, 0.8607312854},
	} {
		p := pred.At(w.t)
		near(t, w.s, p.S)
		near(t, w.lo, p.Lo)
		near(t, w.hi, p.Hi)
	}
	zph := m.Proportional()
	for i, w := range []struct{ chisq, p float64 }{
		{0.06242975136, 0.8026960327},
		{5.973981653, 0.01451846277},
		{2.068265387, 0.1503924881},
		{4.224595633, 0.03984211171},
		{1.011021564, 0.3146582281},
		{0.01838329917, 0.892149344},
		{0.5205842503, 0.4705925638},
		{17.69441525, 0.01342750679},
	} {
		assert.InEpsilon(t, w.chisq, zph[i].ChiSq, 1e-6, zph[i].Name)
		assert.InEpsilon(t, w.p, zph[i].P, 1e-6, zph[i].Name)
	}

	m = fit(rossi(t), survival.CoxOptions{Ties: survival.Breslow})
	checkCox(t, m, -675.6833894175, -659.1206056773, 33.12556748, 31.98101746, 33.38282042, []coefficient{
		{-0.3790218874, 0.1913644259},
		{-0.05724592504, 0.02198318573},
		{0.3141297669, 0.3080172797},
		{-0.1511146001, 0.2121231609},
		{-0.4327825738, 0.3817949353},
		{-0.08498283527, 0.1957482073},
		{0.09111154209, 0.02863125296},
	})
	checkEstimate(t, 0.6404231835, 0.02664765622, m.Concordance())

	m = fit(lung(t, "age", "sex", "ph.ecog"), survival.CoxOptions{})
	checkCox(t, m, -744.4804557614, -729.2301213749, 30.50066877, 29.92925121, 30.4999227, []coefficient{
		{0.01106676456, 0.009267411014}, {-0.5526123957, 0.1677390538}, {0.4637284754, 0.1135772662},
	})
	checkEstimate(t, 0.637135493, 0.02506797385, m.Concordance())

	unclustered := heart(t, "age", "year", "surgery", "transplant")
	for i := range unclustered {
		unclustered[i].Cluster = ""
	}
	m = fit(unclustered, survival.CoxOptions{})
	checkCox(t, m, -298.121355673, -290.5656162185, 15.11147891, 14.49304521, 15.03419791, []coefficient{
		{0.02716664096, 0.01371411521}, {-0.1463463457, 0.07046797952}, {-0.63720989, 0.3672259962}, {-0.01025077241, 0.3137547983},
	})
	checkEstimate(t, 0.6357601239, 0.03307962456, m.Concordance())

	// Therneau and Grambsch's bladder cancer data: repeated recurrences of one
	// patient, as R's documentation prints them.
	bladder := read(t, "survival_bladder2")
	m = fit(bladder.subjects(func(i int) survival.Subject {
		return survival.Subject{Entry: bladder.number(i, "start"), Exit: bladder.number(i, "stop"), Event: bladder.text(i, "event") == "1", Cluster: bladder.text(i, "id")}
	}, "rx", "size", "number"), survival.CoxOptions{})
	for i, c := range m.Coefficients() {
		w := []struct{ coef, se, robust float64 }{{-0.46469, 0.19973, 0.26556}, {-0.04366, 0.06905, 0.07762}, {0.17496, 0.04707, 0.06304}}[i]
		assert.InDelta(t, w.coef, c.Coef, 5e-6)
		assert.InDelta(t, w.robust, c.SE, 5e-6)
		assert.InDelta(t, w.se, math.Sqrt(m.NaiveCovariance()[4*i]), 5e-6)
	}

	m = fit(larynx(t), survival.CoxOptions{})
	checkCox(t, m, -196.8634798616, -187.7073649275, 18.31222987, 21.14898818, 24.77888135, []coefficient{
		{0.01903110188, 0.01425841809}, {0.1400401538, 0.4624860981}, {0.6423817275, 0.3561105576}, {1.70597961, 0.4219133307},
	})
	checkEstimate(t, 0.68188227, 0.039110379, m.Concordance())
}
