package clv_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/clv"
)

// Derived quantities at literal parameters, computed with mpmath at 50 digits
// by integrals and series independent of the forms used here; where a name is
// a paper's or a program's, the value is also theirs. Two values lie below the
// least float64 and are 0 here: P(alive) 8.28e-858 and 7.92e-800.
func TestDerived(t *testing.T) {
	var (
		bg          = clv.BGNBD{R: .243, Alpha: 4.414, A: .793, B: 2.426}
		bgOne       = clv.BGNBD{R: .243, Alpha: 4.414, A: 1, B: 2.426}
		bgNearOne   = clv.BGNBD{R: .243, Alpha: 4.414, A: 1.0000001, B: 2.426}
		mbg         = clv.MBGNBD{R: .525, Alpha: 6.183, A: .891, B: 1.614}
		pareto      = clv.ParetoNBD{R: .5534, Alpha: 10.5802, S: .6061, Beta: 11.6562}
		paretoOne   = clv.ParetoNBD{R: .55, Alpha: 10, S: 1, Beta: 11}
		paretoDoc   = clv.ParetoNBD{R: .5629966, Alpha: 12.5590370, S: .4081095, Beta: 10.5148048}
		paretoTools = clv.ParetoNBD{R: .5143, Alpha: 2.8845, S: .2856, Beta: 14.1087}
		paretoSharp = clv.ParetoNBD{R: 10.465, Alpha: .00798565181, S: 3.0516, Beta: 2.820}
		bb          = clv.BGBB{Alpha: 1.204, Beta: .750, Gamma: .657, Delta: 2.783}
		bbDoc       = clv.BGBB{Alpha: 1.20, Beta: .75, Gamma: .66, Delta: 2.78}
		bbOne       = clv.BGBB{Alpha: 1.2, Beta: .75, Gamma: 1, Delta: 2.78}
		gg          = clv.GammaGamma{P: 6.25, Q: 3.74, V: 15.44}
		high        = clv.SBG{Alpha: .668, Beta: 3.806}
		regular     = clv.SBG{Alpha: .704, Beta: 1.182}
		case1       = clv.SBG{Alpha: 3.80, Beta: 15.20} // Fader and Hardie 2010, cases 1 and 2
		case2       = clv.SBG{Alpha: .067, Beta: .267}
		weibull     = clv.BdW{Alpha: .2593, Beta: 1.7226, C: 1.5844}
	)
	finite := func(v float64, err error) float64 {
		t.Helper()
		require.NoError(t, err)
		return v
	}
	const usual, edge = 1e-9, 1e-8
	for _, c := range []struct {
		name      string
		got, want float64
		tol       float64
	}{
		{"bgnbd.ll(2, 30.43, 38.86)", bg.LogLikelihood(2, 30.43, 38.86), -9.458606307066271, usual},
		{"bgnbd.palive(2, 30.43, 38.86)", bg.PAlive(2, 30.43, 38.86), 0.7265785700806729, usual},
		{"bgnbd.cet t=39 (2, 30.43, 38.86)", bg.Conditional(39, 2, 30.43, 38.86), 1.226028174767144, usual},
		{"bgnbd.ll(0, 0, 38.86)", bg.LogLikelihood(0, 0, 38.86), -0.5547132764381585, usual},
		{"bgnbd.palive(0, 0, 38.86)", bg.PAlive(0, 0, 38.86), 1.0, usual},
		{"bgnbd.cet t=39 (0, 0, 38.86)", bg.Conditional(39, 0, 0, 38.86), 0.1950980520112626, usual},
		{"bgnbd.ll(1, 1.71, 38.86)", bg.LogLikelihood(1, 1.71, 38.86), -4.469093275032588, usual},
		{"bgnbd.palive(1, 1.71, 38.86)", bg.PAlive(1, 1.71, 38.86), 0.2121009853773791, usual},
		{"bgnbd.cet t=39 (1, 1.71, 38.86)", bg.Conditional(39, 1, 1.71, 38.86), 0.2031869870797541, usual},
		{"bgnbd.ll(26, 30.86, 31)", bg.LogLikelihood(26, 30.86, 31), -37.72657947339444, usual},
		{"bgnbd.palive(26, 30.86, 31)", bg.PAlive(26, 30.86, 31), 0.9689156497175251, usual},
		{"bgnbd.cet t=39 (26, 30.86, 31)", bg.Conditional(39, 26, 30.86, 31), 20.74972614085729, usual},
		{"bgnbd.E[X(0.1429)]", bg.Expected(0.1429), 0.007828347516072163, usual},
		{"bgnbd.E[X(1)]", bg.Expected(1), 0.05326789117165828, usual},
		{"bgnbd.E[X(31.8571)]", bg.Expected(31.8571), 1.041996060852211, usual},
		{"bgnbd.E[X(32)]", bg.Expected(32), 1.045243328374444, usual},
		{"bgnbd.E[X(52)]", bg.Expected(52), 1.446050595396404, usual},
		{"bgnbd.pmf t=2 x=10", bg.PMF(2, 10), 1.078689640369147e-7, usual},
		{"bgnbd.pmf t=39 x=0", bg.PMF(39, 0), 0.5737863520960094, usual},
		{"bgnbd.pmf t=30 x=11", bg.PMF(30, 11), 0.001999521447478876, usual},
		{"bgnbd.pmf t=39 x=1", bg.PMF(39, 1), 0.1993952808359115, usual},
		{"bgnbd.pmf t=39 x=200", bg.PMF(39, 200), 4.070853552555696e-14, usual},
		{"bgnbd.cet t=52 x=10 tx=20 T=39", bg.Conditional(52, 10, 20, 39), 0.3473997627085592, usual},
		{"bgnbd.cet t=52 x=20 tx=20 T=39", bg.Conditional(52, 20, 20, 39), 0.004158433098754646, usual},
		{"EDGE bgnbd.cet x=500 tx=99 T=100 t=365", bg.Conditional(365, 500, 99, 100), 739.3397610276411, edge},
		{"EDGE a=1 bgnbd.E[X(52)]", bgOne.Expected(52), 1.289988252484069, edge},
		{"EDGE a=1.0000001 bgnbd.E[X(52)]", bgNearOne.Expected(52), 1.289988187232129, edge},
		{"EDGE bgnbd.palive x=1000 tx=10 T=100", bg.PAlive(1000, 10, 100), 0, edge},
		{"EDGE bgnbd.ll x=1000 tx=10 T=100", bg.LogLikelihood(1000, 10, 100), 3225.142983682824, edge},
		{"EDGE bgnbd.ll x=0 T=1e6", bg.LogLikelihood(0, 0, 1e6), -2.996368280381157, edge},
		{"bgnbd.dert d=.0027 (2, 30.43, 38.86)", finite(bg.DERT(.0027, 2, 30.43, 38.86)), 5.156379826154038, usual},
		{"bgnbd.dert d=.0027 (0, 0, 38.86)", finite(bg.DERT(.0027, 0, 0, 38.86)), 1.01570193111807, usual},
		{"mbgnbd.ll(2, 30.43, 38.86)", mbg.LogLikelihood(2, 30.43, 38.86), -9.485551314533932, usual},
		{"mbgnbd.palive(2, 30.43, 38.86)", mbg.PAlive(2, 30.43, 38.86), 0.7062022651184873, usual},
		{"mbgnbd.cet t=39 (2, 30.43, 38.86)", mbg.Conditional(39, 2, 30.43, 38.86), 1.262960623267366, usual},
		{"mbgnbd.ll(0, 0, 38.86)", mbg.LogLikelihood(0, 0, 38.86), -0.5398374635310146, usual},
		{"mbgnbd.palive(0, 0, 38.86)", mbg.PAlive(0, 0, 38.86), 0.3897350809187629, usual},
		{"mbgnbd.cet t=39 (0, 0, 38.86)", mbg.Conditional(39, 0, 0, 38.86), 0.1540127466751467, usual},
		{"mbgnbd.ll(1, 1.71, 38.86)", mbg.LogLikelihood(1, 1.71, 38.86), -4.460360612584318, usual},
		{"mbgnbd.palive(1, 1.71, 38.86)", mbg.PAlive(1, 1.71, 38.86), 0.170836484310408, usual},
		{"mbgnbd.cet t=39 (1, 1.71, 38.86)", mbg.Conditional(39, 1, 1.71, 38.86), 0.1888365413643429, usual},
		{"mbgnbd.E[X(1)]", mbg.Expected(1), 0.05308479526370184, usual},
		{"mbgnbd.E[X(32)]", mbg.Expected(32), 1.037182832428635, usual},
		{"mbgnbd.E[X(78)]", mbg.Expected(78), 1.804757577553142, usual},
		{"mbgnbd.pmf t=39 x=0", mbg.PMF(39, 0), 0.582473189493289, usual},
		{"mbgnbd.pmf t=39 x=1", mbg.PMF(39, 1), 0.1827830772875405, usual},
		{"pnbd.ll(2, 30.43, 38.86)", pareto.LogLikelihood(2, 30.43, 38.86), -9.554510694614422, usual},
		{"pnbd.palive(2, 30.43, 38.86)", pareto.PAlive(2, 30.43, 38.86), 0.869110643968137, usual},
		{"pnbd.cet t=39 (2, 30.43, 38.86)", pareto.Conditional(39, 2, 30.43, 38.86), 1.455092843844255, usual},
		{"pnbd.dert d=.0027 (2, 30.43, 38.86)", finite(pareto.DERT(.0027, 2, 30.43, 38.86)), 6.482562364940262, usual},
		{"pnbd.ll(0, 0, 38.86)", pareto.LogLikelihood(0, 0, 38.86), -0.5211291959732855, usual},
		{"pnbd.palive(0, 0, 38.86)", pareto.PAlive(0, 0, 38.86), 0.2949614864370422, usual},
		{"pnbd.cet t=39 (0, 0, 38.86)", pareto.Conditional(39, 0, 0, 38.86), 0.1070289463616758, usual},
		{"pnbd.dert d=.0027 (0, 0, 38.86)", finite(pareto.DERT(.0027, 0, 0, 38.86)), 0.4768230581152337, usual},
		{"pnbd.ll(1, 1.71, 38.86)", pareto.LogLikelihood(1, 1.71, 38.86), -4.449467061268529, usual},
		{"pnbd.palive(1, 1.71, 38.86)", pareto.PAlive(1, 1.71, 38.86), 0.1677952671922813, usual},
		{"pnbd.cet t=39 (1, 1.71, 38.86)", pareto.Conditional(39, 1, 1.71, 38.86), 0.17090697599825, usual},
		{"pnbd.dert d=.0027 (1, 1.71, 38.86)", finite(pareto.DERT(.0027, 1, 1.71, 38.86)), 0.7614051125321798, usual},
		{"pnbd.ll(26, 30.86, 31)", pareto.LogLikelihood(26, 30.86, 31), -39.13212788350614, usual},
		{"pnbd.palive(26, 30.86, 31)", pareto.PAlive(26, 30.86, 31), 0.9979177665519067, usual},
		{"pnbd.cet t=39 (26, 30.86, 31)", pareto.Conditional(39, 26, 30.86, 31), 20.11456036717767, usual},
		{"pnbd.dert d=.0027 (26, 30.86, 31)", finite(pareto.DERT(.0027, 26, 30.86, 31)), 86.03037561536344, usual},
		{"pnbd.cet t=52 (26,30.857142857142857,31)", pareto.Conditional(52, 26, 30.857142857142857, 31), 25.45377863445848, usual},
		{"pnbd.palive (26,30+6/7,31)", pareto.PAlive(26, 30.0+6.0/7, 31), 0.9978732755752706, usual},
		{"pnbd.cet t=52 x=10 tx=20 T=39", pareto.Conditional(52, 10, 20, 39), 0.7059069544249633, usual},
		{"pnbd.cet t=52 x=20 tx=20 T=39", pareto.Conditional(52, 20, 20, 39), 0.02249718341182533, usual},
		{"pnbd.E[X(1)]", pareto.Expected(1), 0.05100453400231704, usual},
		{"pnbd.E[X(3)]", pareto.Expected(3), 0.1461242722215506, usual},
		{"pnbd.E[X(4)]", pareto.Expected(4), 0.1907418910716104, usual},
		{"pnbd.E[X(6)]", pareto.Expected(6), 0.2750506374292604, usual},
		{"pnbd.E[X(7)]", pareto.Expected(7), 0.3150399459780577, usual},
		{"pnbd.E[X(9)]", pareto.Expected(9), 0.3912843427991197, usual},
		{"pnbd.E[X(52)]", pareto.Expected(52), 1.473066991901991, usual},
		{"pnbd.dert doc x=7 tx=35 T=77.86 d=.0027", finite(paretoDoc.DERT(.0027, 7, 35, 77.86)), 1.86418332807133, usual},
		{"pnbd.dert doc x=1 tx=30 T=77.86 d=.0027", finite(paretoDoc.DERT(.0027, 1, 30, 77.86)), 2.199155449704961, usual},
		{"pnbd.dert doc x=3 tx=30 T=77.86 d=.0027", finite(paretoDoc.DERT(.0027, 3, 30, 77.86)), 2.867128391206165, usual},
		{"pnbd.dert doc x=4 tx=30 T=77.86 d=.0027", finite(paretoDoc.DERT(.0027, 4, 30, 77.86)), 2.445410078607359, usual},
		{"pnbd.dert doc x=6 tx=30 T=77.86 d=.0027", finite(paretoDoc.DERT(.0027, 6, 30, 77.86)), 1.262416471743856, usual},
		{"pnbd.dert doc x=7 tx=30 T=77.86 d=.0027", finite(paretoDoc.DERT(.0027, 7, 30, 77.86)), 0.8096181194538384, usual},
		{"pnbd.dert doc x=8 tx=30 T=77.86 d=.0027", finite(paretoDoc.DERT(.0027, 8, 30, 77.86)), 0.4948036193754493, usual},
		{"pnbd.dert doc x=10 tx=30 T=77.86 d=.0027", finite(paretoDoc.DERT(.0027, 10, 30, 77.86)), 0.1679275085660533, usual},
		{"EDGE s=1 pnbd.cet t=52 (5,20,39)", paretoOne.Conditional(52, 5, 20, 39), 0.895429432182653, edge},
		{"EDGE s=1 pnbd.dert d=.0027 (5,20,39)", finite(paretoOne.DERT(.0027, 5, 20, 39)), 2.236493413242405, edge},
		{"EDGE pnbd.ll (400,5,37)", pareto.LogLikelihood(400, 5, 37), 891.9579854105572, edge},
		{"EDGE pnbd.ll (500,1,37) p=(10.465,.00798565181,3.0516,2.820)", paretoSharp.LogLikelihood(500, 1, 37), 2594.404454622757, edge},
		{"EDGE pnbd.palive (500,1,37) same p", paretoSharp.PAlive(500, 1, 37), 0, edge},
		{"EDGE pnbd.ll t_x=T (3,10,10)", pareto.LogLikelihood(3, 10, 10), -9.030443467393529, edge},
		{"EDGE pnbd.palive t_x=T (3,10,10)", pareto.PAlive(3, 10, 10), 1.0, edge},
		{"EDGE CLVTools NaN cases palive (221,103.42857,103.57143)", paretoTools.PAlive(221, 103.42857, 103.57143), 0.9995960523179381, edge},
		{"EDGE CLVTools NaN cases palive (204,98.57143,99.42857)", paretoTools.PAlive(204, 98.57143, 99.42857), 0.9942550796378959, edge},
		{"pnbd.pmf t=30 x=11", pareto.PMF(30, 11), 0.001907637232730761, usual},
		{"pnbd.pmf t=39 x=0", pareto.PMF(39, 0), 0.5935759370282291, usual},
		{"pnbd.pmf t=39 x=1", pareto.PMF(39, 1), 0.1655843795685014, usual},
		{"pnbd.cpmf n=0 t=39 (2,30.43,38.86)", pareto.ConditionalPMF(39, 0, 2, 30.43, 38.86), 0.4080952823591617, usual},
		{"pnbd.cpmf n=1 t=39 (2,30.43,38.86)", pareto.ConditionalPMF(39, 1, 2, 30.43, 38.86), 0.2192652133759916, usual},
		{"bgbb.palive(t=n+1) (0,0,6)", bb.PAlive(0, 0, 6), 0.1080165841686742, usual},
		{"bgbb.ll (0,0,6)", bb.LogLikelihood(0, 0, 6), -1.167262472673894, usual},
		{"bgbb.cet n*=5 (0,0,6)", bb.Conditional(5, 0, 0, 6), 0.07280287747504301, usual},
		{"bgbb.dert d=.1 (0,0,6)", finite(bb.DERT(.1, 0, 0, 6)), 0.1146469961817641, usual},
		{"bgbb.palive(t=n+1) (1,1,6)", bb.PAlive(1, 1, 6), 0.06940809320654967, usual},
		{"bgbb.ll (1,1,6)", bb.LogLikelihood(1, 1, 6), -2.288531685666258, usual},
		{"bgbb.cet n*=5 (1,1,6)", bb.Conditional(5, 1, 1, 6), 0.0856353983378703, usual},
		{"bgbb.dert d=.1 (1,1,6)", finite(bb.DERT(.1, 1, 1, 6)), 0.1348551256044961, usual},
		{"bgbb.palive(t=n+1) (4,5,6)", bb.PAlive(4, 5, 6), 0.6967010676851032, usual},
		{"bgbb.ll (4,5,6)", bb.LogLikelihood(4, 5, 6), -5.095675638863424, usual},
		{"bgbb.cet n*=5 (4,5,6)", bb.Conditional(5, 4, 5, 6), 2.029623031477799, usual},
		{"bgbb.dert d=.1 (4,5,6)", finite(bb.DERT(.1, 4, 5, 6)), 3.196167404509834, usual},
		{"bgbb.palive(t=n+1) (6,6,6)", bb.PAlive(6, 6, 6), 0.9304025423728814, usual},
		{"bgbb.ll (6,6,6)", bb.LogLikelihood(6, 6, 6), -2.1822484476183, usual},
		{"bgbb.cet n*=5 (6,6,6)", bb.Conditional(5, 6, 6, 6), 3.752115607599815, usual},
		{"bgbb.dert d=.1 (6,6,6)", finite(bb.DERT(.1, 6, 6, 6)), 5.908678319555381, usual},
		{"bgbb.E[X(1)]", bb.Expected(1), 0.4984902763561924, usual},
		{"bgbb.E[X(5)]", bb.Expected(5), 1.937707208285039, usual},
		{"bgbb.E[X(10)]", bb.Expected(10), 3.178854326492289, usual},
		{"bgbb.dert doc (3,4,6) d=.1", finite(bbDoc.DERT(.1, 3, 4, 6)), 1.621379185842617, usual},
		{"bgbb.dert doc (1,6,6) d=.1", finite(bbDoc.DERT(.1, 1, 6, 6)), 1.802044798614154, usual},
		{"bgbb.dert doc (2,6,6) d=.1", finite(bbDoc.DERT(.1, 2, 6, 6)), 2.621156070711496, usual},
		{"bgbb.dert doc (4,6,6) d=.1", finite(bbDoc.DERT(.1, 4, 6, 6)), 4.259378614906181, usual},
		{"bgbb.dert doc (6,6,6) d=.1", finite(bbDoc.DERT(.1, 6, 6, 6)), 5.897601159100866, usual},
		{"EDGE gamma=1 bgbb.E[X(10)]", bbOne.Expected(10), 2.386247616173362, edge},
		{"EDGE bgbb.ll (0,0,500)", bb.LogLikelihood(0, 0, 500), -1.247279985669604, edge},
		{"EDGE bgbb.ll (12,20,36)", bb.LogLikelihood(12, 20, 36), -19.29606266005839, edge},
		{"EDGE bgbb.ll (100,400,500)", bb.LogLikelihood(100, 400, 500), -236.5482280296264, edge},
		{"gg.E[M|x=2,mbar=22.35]", gg.Expected(2, 22.35), 24.66371391076115, usual},
		{"gg.E[M|x=1,mbar=11.77]", gg.Expected(1, 11.77), 18.91685205784205, usual},
		{"gg.E[M|x=0,mbar=0]", gg.Expected(0, 0), 35.21897810218978, usual},
		{"gg.E doc params(6,4,16) x=3 m=35", clv.GammaGamma{P: 6, Q: 4, V: 16}.Expected(3, 35), 34.57142857142857, usual},
		{"sbg.S(1) high a=0.668 b=3.806", high.Survival(1), 0.8506928922664283, usual},
		{"sbg.r(1) high", high.Retention(1), 0.8506928922664283, usual},
		{"sbg.S(2) high a=0.668 b=3.806", high.Survival(2), 0.7468816295638389, usual},
		{"sbg.r(2) high", high.Retention(2), 0.8779685787358422, usual},
		{"sbg.S(7) high a=0.668 b=3.806", high.Survival(7), 0.4889446208937257, usual},
		{"sbg.r(7) high", high.Retention(7), 0.9362230284514035, usual},
		{"sbg.S(8) high a=0.668 b=3.806", high.Survival(8), 0.4604789588092732, usual},
		{"sbg.r(8) high", high.Retention(8), 0.9417814188600314, usual},
		{"sbg.S(20) high a=0.668 b=3.806", high.Survival(20), 0.2868846086241822, usual},
		{"sbg.DERL d=.1 after n=0 renewals high", finite(high.DERL(.1, 0)), 5.414856048374041, usual},
		{"sbg.DERL d=.1 after n=1 renewals high", finite(high.DERL(.1, 1)), 5.901753167753022, usual},
		{"sbg.DERL d=.1 after n=7 renewals high", finite(high.DERL(.1, 7)), 7.52994953091097, usual},
		{"sbg.S(1) regular a=0.704 b=1.182", regular.Survival(1), 0.6267232237539767, usual},
		{"sbg.r(1) regular", regular.Retention(1), 0.6267232237539767, usual},
		{"sbg.S(2) regular a=0.704 b=1.182", regular.Survival(2), 0.4738427145638174, usual},
		{"sbg.r(2) regular", regular.Retention(2), 0.7560637560637561, usual},
		{"sbg.S(7) regular a=0.704 b=1.182", regular.Survival(7), 0.2390506416932444, usual},
		{"sbg.r(7) regular", regular.Retention(7), 0.9107278721785443, usual},
		{"sbg.r(8) regular", regular.Retention(8), 0.9207742516317803, usual},
		{"sbg.S(12) regular a=0.704 b=1.182", regular.Survival(12), 0.1700625768060506, usual},
		{"sbg.DERL d=.1 after n=0 renewals regular", finite(regular.DERL(.1, 0)), 2.964662146132032, usual},
		{"sbg.DERL d=.1 after n=1 renewals regular", finite(regular.DERL(.1, 1)), 4.103458619598572, usual},
		{"sbg.DERL d=.1 after n=7 renewals regular", finite(regular.DERL(.1, 7)), 6.84261713728813, usual},
		{"sbg.DERL case1 T=1 (pymc convention n=T-1) d=.1", finite(case1.DERL(.1, 0)), 3.30981842102537, usual},
		{"sbg.DERL case1 T=2 (pymc convention n=T-1) d=.1", finite(case1.DERL(.1, 1)), 3.451000328909883, usual},
		{"sbg.DERL case1 T=4 (pymc convention n=T-1) d=.1", finite(case1.DERL(.1, 3)), 3.716811538730989, usual},
		{"sbg.DERL case1 T=5 (pymc convention n=T-1) d=.1", finite(case1.DERL(.1, 4)), 3.842134024026919, usual},
		{"sbg.DEL new customer case1 d=.1", finite(case1.DEL(.1)), 4.008925837295791, usual},
		{"sbg.DERL case2 T=1 (pymc convention n=T-1) d=.1", finite(case2.DERL(.1, 0)), 7.670835460922174, usual},
		{"sbg.DERL case2 T=3 (pymc convention n=T-1) d=.1", finite(case2.DERL(.1, 2)), 9.85083376993705, usual},
		{"sbg.DERL case2 T=5 (pymc convention n=T-1) d=.1", finite(case2.DERL(.1, 4)), 10.18864000840665, usual},
		{"sbg.DEL new customer case2 d=.1", finite(case2.DEL(.1)), 7.973486782656522, usual},
		{"sbg.E[lifetime] a=2.5,b=4 (=(a+b-1)/(a-1))", finite(clv.SBG{Alpha: 2.5, Beta: 4}.DEL(0)), 3.666666666666667, usual},
		{"EDGE sbg.DERL d=0.0001 a=.668 b=3.806 n=7", finite(high.DERL(.0001, 7)), 245.6177755868013, edge},
		{"bdw.S(1) a=.2593 b=1.7226 c=1.5844", weibull.Survival(1), 0.8691659518643726, usual},
		{"bdw.S(4) a=.2593 b=1.7226 c=1.5844", weibull.Survival(4), 0.5929717840013891, usual},
		{"bdw.S(10) a=.2593 b=1.7226 c=1.5844", weibull.Survival(10), 0.4182756102389652, usual},
		{"bdw DERL d=.1 n=4 (sum to inf) a=.2593 b=1.7226 c=1.5844", finite(weibull.DERL(.1, 4)), 7.317848391197004, usual},
	} {
		if !(math.Abs(c.got-c.want) <= c.tol*math.Abs(c.want)) {
			t.Errorf("%s: got %.16g, want %.16g, relative difference %.2g", c.name, c.got, c.want, math.Abs(c.got/c.want-1))
		}
	}
}
