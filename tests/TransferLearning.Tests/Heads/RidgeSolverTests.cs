using TransferLearning.Data;
using TransferLearning.Heads;
using TransferLearning.Metrics;

namespace TransferLearning.Tests.Heads;

public sealed class RidgeSolverTests
{
    [Theory]
    [InlineData(40, 6, 0.3)]
    [InlineData(12, 30, 5)]
    [InlineData(12, 12, 1e-3)]
    public void Solve_AtAStrength_SatisfiesTheNormalEquations(int rows, int features, double strength)
    {
        HeadProblem problem = HeadScene.Numbers(rows, features);

        HeadSolution head = HeadSolvers.Ridge(strength).Solve(problem);

        AssertEqual(Direct(problem, strength), head, 1e-8);
        Assert.Equal(new HeadChoice { Solver = "ridge", Strength = strength }, head.Choice);
    }

    [Theory]
    [InlineData(30, 5)]
    [InlineData(9, 20)]
    public void Solve_WithWeights_IsAsIfSamplesCameSoManyTimes(int rows, int features)
    {
        double[] weights = [.. Enumerable.Range(0, rows).Select(row => (double)(row % 3))];
        HeadProblem weighted = HeadScene.Classes(rows, features, weights: weights);
        HeadProblem repeated = weighted.Rows(Enumerable.Range(0, rows).SelectMany(row => Enumerable.Repeat(row, row % 3)));
        HeadProblem alike = HeadScene.Of(repeated.Features, repeated.Targets, LabelKind.Class);
        RidgeSolver solver = HeadSolvers.Ridge(0.1, 1, 10) with { ChooseBy = StrengthChoice.GeneralizedCrossValidation, Scale = 2 };

        HeadSolution one = solver.Solve(weighted);
        HeadSolution other = solver.Solve(alike);

        AssertEqual(one, other, 1e-9);
        Assert.Equal(one.Choice.Strength, other.Choice.Strength);
        Assert.Equal(one.Choice.Score!.Value, other.Choice.Score!.Value, 1e-9);
    }

    [Theory]
    [InlineData(14, 4, false)]
    [InlineData(14, 4, true)]
    [InlineData(9, 20, false)]
    public void Solve_ByLeaveOneOut_MeasuresAndCalibratesAsRefitsDo(int rows, int features, bool isWeighted)
    {
        HeadProblem problem = HeadScene.Classes(rows, features, distance: 15, weights: isWeighted ? [.. Enumerable.Range(0, rows).Select(row => 0.5 + row % 2)] : null);
        double[] strengths = [0.5, 5, 50];
        double[][][] left = [.. strengths.Select(strength => Enumerable.Range(0, rows)
            .Select(row => Direct(problem.Without(row), strength).Outputs(problem.Features[row])).ToArray())];
        double[] errors = [.. left.Select(outputs => outputs.Select((row, index) => problem.Weights[index]
            * row.Zip(problem.Targets[index], (value, target) => (value - target) * (value - target)).Sum()).Sum() / problem.Weights.Sum() / 3)];
        int best = Array.IndexOf(errors, errors.Min());

        HeadSolution head = HeadSolvers.Ridge(strengths).Solve(problem);

        Assert.Equal(strengths[best], head.Choice.Strength);
        Assert.Equal(errors[best], head.Choice.Score!.Value, 1e-9);
        Assert.InRange(LogLoss(head.Choice.Scale), 0, Math.Min(LogLoss(head.Choice.Scale * 1.01), LogLoss(head.Choice.Scale / 1.01)));
        AssertEqual(Scaled(Direct(problem, strengths[best]), head.Choice.Scale), head, 1e-8);

        double LogLoss(double scale) => left[best].Select((outputs, row) => problem.Weights[row] * outputs.Select((value, output) =>
            -(problem.Targets[row][output] * (1 - 3.0 / (rows + 3)) + 1.0 / (rows + 3)) * Math.Log(Math.Exp(value * scale) / outputs.Sum(other => Math.Exp(other * scale)))).Sum()).Sum();
    }

    [Theory]
    [InlineData(25, 5)]
    [InlineData(10, 24)]
    public void Solve_ByGeneralizedCrossValidation_MeasuresByTheHatMatrix(int rows, int features)
    {
        HeadProblem problem = HeadScene.Numbers(rows, features);
        double[] strengths = [0.1, 3];
        double[] scores = [.. strengths.Select(Score)];

        HeadSolution head = (HeadSolvers.Ridge(strengths) with { ChooseBy = StrengthChoice.GeneralizedCrossValidation }).Solve(problem);

        Assert.Equal(scores.Min(), head.Choice.Score!.Value, 1e-9);
        Assert.Equal(strengths[Array.IndexOf(scores, scores.Min())], head.Choice.Strength);

        double Score(double strength)
        {
            HeadSolution direct = Direct(problem, strength);
            double residual = problem.Features.Select((row, index) => direct.Outputs(row).Zip(problem.Targets[index], (value, target) => (value - target) * (value - target)).Sum()).Sum();
            double trace = Enumerable.Range(0, rows).Sum(row => Leverage(problem, strength, row));
            return residual / rows / 2 / Math.Pow(1 - trace / rows, 2);
        }
    }

    [Fact]
    public void Solve_ByFolds_MeasuresEachImageByAHeadOfTheOtherFolds()
    {
        HeadProblem problem = HeadScene.Classes(30, 40, distance: 3);

        HeadSolution folds = (HeadSolvers.Ridge() with { ChooseBy = StrengthChoice.Folds, Folds = 30 }).Solve(problem);
        HeadSolution one = HeadSolvers.Ridge().Solve(problem);

        Assert.Equal(one.Choice.Score!.Value, folds.Choice.Score!.Value, 1e-9); // as many folds as images
        AssertEqual(one, folds, 1e-6);
    }

    [Fact]
    public void Solve_WithViewsOfImages_LeavesThemOutTogether()
    {
        HeadProblem single = HeadScene.Classes(20, 30);
        var views = new HeadProblem
        {
            Features = [.. single.Features, .. single.Features],
            Targets = [.. single.Targets, .. single.Targets],
            Labels = LabelKind.Class,
            Images = [.. Enumerable.Range(0, 20), .. Enumerable.Range(0, 20)],
        };

        HeadChoice apart = HeadSolvers.Ridge(1).Solve(HeadScene.Of(views.Features, views.Targets, LabelKind.Class)).Choice;
        HeadChoice together = HeadSolvers.Ridge(1).Solve(views).Choice;

        Assert.True(apart.Score < 0.01, $"{apart}"); // a copy of each image was learned
        Assert.True(together.Score > 0.1, $"{together}");
    }

    [Fact]
    public void Solve_ForSeveralLabels_PredictsALabelWhereItsOutputIsAboveAHalf()
    {
        HeadProblem problem = HeadScene.Labels(40, 6);
        HeadSolution plain = Direct(problem, 2);

        HeadSolution head = HeadSolvers.Ridge(2).Solve(problem);

        Assert.All(problem.Features, row => HeadScene.AssertClose(
            [.. plain.Outputs(row).Select(value => (value - 0.5) * head.Choice.Scale)], head.Outputs(row), 1e-8));
    }

    [Fact]
    public void Solve_Balanced_IsAsIfClassesHadAsManyImages()
    {
        HeadProblem all = HeadScene.Classes(30, 5);
        HeadProblem few = all.Rows(Enumerable.Range(0, 30).Where(row => row % 3 > 0 || row % 2 == 0));
        double mean = 25 / 3.0;
        HeadProblem weighted = HeadScene.Of(few.Features, few.Targets, LabelKind.Class, Array.ConvertAll(few.Targets, row => row[0] == 1 ? mean / 5 : mean / 10));

        HeadSolution balanced = (HeadSolvers.Ridge(1) with { Balanced = true, Scale = 1 }).Solve(few);
        HeadSolution byClass = (HeadSolvers.Ridge(1) with { ClassWeights = [mean / 5, mean / 10, mean / 10], Scale = 1 }).Solve(few);

        AssertEqual(Direct(weighted, 1), balanced, 1e-9);
        AssertEqual(balanced, byClass, 1e-9);
    }

    [Fact]
    public void Solve_WithASampleWeight_AsksItForEachSample()
    {
        HeadProblem problem = HeadScene.Classes(12, 3);
        var named = new HeadProblem
        {
            Features = problem.Features,
            Targets = problem.Targets,
            Labels = LabelKind.Class,
            Samples = [.. Enumerable.Range(0, 12).Select(row => new Sample(row < 6 ? "old" : "new", row % 3))],
        };

        HeadSolution head = (HeadSolvers.Ridge(1) with { SampleWeight = sample => sample.Name == "new" ? 1 : 0, Scale = 1 }).Solve(named);

        AssertEqual(Direct(problem.Rows(Enumerable.Range(6, 6)), 1), head, 1e-9);
    }

    [Fact]
    public void Solve_OnFeaturesThatDoNotVary_GivesTheShareOfEachClass()
    {
        double[][] targets = [[1, 0], [0, 1], [0, 1], [0, 1]];

        HeadSolution head = (HeadSolvers.Ridge() with { Scale = 1 }).Solve(HeadScene.Of([.. targets.Select(_ => new double[] { 7, 7, 7 })], targets, LabelKind.Class));

        HeadScene.AssertClose([0.25, 0.75], head.Outputs([7, 7, 7]), 1e-9);
        Assert.All(head.Weights, row => Assert.All(row, weight => Assert.Equal(0, weight, 1e-9)));
    }

    [Fact]
    public void Solve_WithAClassOfOneImageAndOneOfNone_IsFinite()
    {
        HeadProblem problem = HeadScene.Classes(13, 20);
        double[][] targets = [.. problem.Targets.Select((_, row) => (double[])(row == 0 ? [0, 1, 0, 0] : row % 2 == 0 ? [1, 0, 0, 0] : [0, 0, 1, 0]))];

        HeadSolution head = HeadSolvers.Ridge(1e-3).Solve(HeadScene.Of(problem.Features, targets, LabelKind.Class));

        Assert.All(head.Weights.SelectMany(row => row).Concat(head.Bias), value => Assert.True(double.IsFinite(value)));
        Assert.Equal(1, head.Outputs(problem.Features[0]).Best());
    }

    // No head without a class's only image can tell it, and calibrated to such images, all predictions would be doubtful.
    [Fact]
    public void Solve_WithClassesOfOneImage_MeasuresAndCalibratesOnTheOthersAsByFolds()
    {
        HeadProblem problem = HeadScene.Classes(60, 40, classes: 6, distance: 10);
        problem = problem.Rows(Enumerable.Range(0, 60).Where(row => row % 6 < 2 || row < 6)); // four classes have one image

        HeadSolution folds = (HeadSolvers.Ridge() with { ChooseBy = StrengthChoice.Folds, Folds = 20 }).Solve(problem); // a fold an image
        HeadSolution one = HeadSolvers.Ridge().Solve(problem);

        Assert.Equal(folds.Choice.Score!.Value, one.Choice.Score!.Value, 1e-9);
        Assert.Equal(folds.Choice.Scale, one.Choice.Scale, 1e-6);
    }

    [Fact]
    public void Solve_OfOneImage_GivesItsTarget()
    {
        HeadSolution head = (HeadSolvers.Ridge() with { Scale = 1 }).Solve(HeadScene.Of([[1, 2]], [[0, 1]], LabelKind.Class));

        HeadScene.AssertClose([0, 1], head.Outputs([1, 2]), 1e-9);
    }

    [Fact]
    public void Solve_Twice_GivesTheSameBits()
    {
        HeadProblem problem = HeadScene.Classes(40, 64);

        HeadSolution one = HeadSolvers.Ridge().Solve(problem);
        HeadSolution other = HeadSolvers.Ridge().Solve(problem);

        Assert.Equal(one.Weights.SelectMany(row => row), other.Weights.SelectMany(row => row));
        Assert.Equal(one.Choice, other.Choice);
    }

    [Fact]
    public void Solve_FromStatistics_IsWhatAllImagesGive()
    {
        foreach (HeadProblem problem in new[] { HeadScene.Classes(40, 8), HeadScene.Classes(9, 20), HeadScene.Labels(30, 6), HeadScene.Numbers(30, 6) })
        {
            HeadSolution whole = HeadSolvers.Ridge().Solve(problem);
            int rows = problem.Features.Length;
            HeadStatistics sums = HeadStatistics.Of(problem.Rows(Enumerable.Range(0, rows / 2)))
                .Plus(HeadStatistics.Of(problem.Rows(Enumerable.Range(rows / 2, rows - rows / 2))));

            AssertEqual(whole, HeadSolvers.Ridge().Solve(sums, whole.Choice), 1e-6 * whole.Choice.Scale);
        }
    }

    [Fact]
    public void FindProblems_OfAScaleForNumbers_RefusesIt()
    {
        RidgeSolver solver = HeadSolvers.Ridge(1) with { Scale = 3 };

        Assert.Contains("Scale", Assert.Single(solver.FindProblems(LabelKind.Numbers, 2)));
        Assert.Throws<ArgumentException>(() => solver.Solve(HeadScene.Numbers(9, 2)));
        Assert.Empty(solver.FindProblems(LabelKind.Class, 2));
        Assert.Empty((solver with { Scale = 1 }).FindProblems(LabelKind.Numbers, 2));
    }

    [Fact]
    public void Solve_WhereNoImageCanBeLeftOut_HasNoScore()
    {
        HeadProblem each = HeadScene.Classes(3, 4);
        HeadProblem one = HeadScene.Classes(1, 4);

        Assert.Null(HeadSolvers.Ridge().Solve(one).Choice.Score);
        Assert.Null(HeadSolvers.ShrinkageLda().Solve(each).Choice.Score);
        Assert.Null(HeadSolvers.Logistic().Solve(each).Choice.Score);
        Assert.Null((HeadSolvers.Ridge() with { ChooseBy = StrengthChoice.Folds }).Solve(each).Choice.Score);
    }

    [Fact]
    public void Solve_OfWhatCannotBe_SaysWhat()
    {
        HeadProblem problem = HeadScene.Classes(6, 2);
        double[][] broken = [.. problem.Features.Select((row, index) => index == 4 ? [1, double.NaN] : row)];

        Assert.Contains("row 4 are NaN", Assert.Throws<ArgumentException>(() => HeadSolvers.Ridge().Solve(HeadScene.Of(broken, problem.Targets, LabelKind.Class))).Message);
        Assert.Throws<ArgumentException>(() => HeadSolvers.Ridge().Solve(HeadScene.Of([], [], LabelKind.Class)));
        Assert.Throws<ArgumentException>(() => HeadSolvers.Ridge().Solve(HeadScene.Of([[1, 2], [1]], [[1, 0], [0, 1]], LabelKind.Class)));
        Assert.Throws<ArgumentException>(() => HeadSolvers.Ridge().Solve(HeadScene.Of([[1], [2]], [[1, 1], [0, 1]], LabelKind.Class)));
        Assert.Throws<ArgumentException>(() => HeadSolvers.Ridge().Solve(HeadScene.Of([[1], [2]], [[1, 0], [0, 1]], LabelKind.Class, [1, -1])));
        Assert.Throws<ArgumentException>(() => HeadSolvers.Ridge().Solve(HeadScene.Of([[1], [2]], [[1, 0], [0, 1]], LabelKind.Class, [0, 0])));
        Assert.Throws<ArgumentException>(() => HeadSolvers.Ridge(0).Solve(problem));
        Assert.Contains("Logistic", Assert.Throws<ArgumentException>(() => (HeadSolvers.Ridge() with { Balanced = true }).Solve(HeadScene.Labels(9, 2))).Message);
        Assert.Throws<ArgumentException>(() => (HeadSolvers.Ridge() with { ClassWeights = [1, 2] }).Solve(problem));
        Assert.Throws<ArgumentException>(() => (HeadSolvers.Ridge() with { Balanced = true }).Solve(HeadScene.Numbers(9, 2)));
    }

    [Fact]
    public void Solve_ByGeneralizedCrossValidationOfViews_LeavesThemOutTogether()
    {
        HeadProblem once = HeadScene.Classes(30, 40, distance: 0.3);
        int[] images = [.. Enumerable.Range(0, 4).SelectMany(_ => Enumerable.Range(0, 30))];
        HeadProblem rows = once.Rows(images);
        var views = new HeadProblem { Features = rows.Features, Targets = rows.Targets, Labels = rows.Labels, Images = images };

        HeadChoice chosen = Choose(StrengthChoice.GeneralizedCrossValidation);

        Assert.Equal(Choose(StrengthChoice.Folds), chosen);

        HeadChoice Choose(StrengthChoice by) => (HeadSolvers.Ridge() with { ChooseBy = by, Scale = 1 }).Solve(views).Choice;
    }

    [Fact]
    public void Solve_Cancelled_Ends() =>
        Assert.Throws<OperationCanceledException>(() => HeadSolvers.Ridge().Solve(HeadScene.Classes(9, 4), new CancellationToken(canceled: true)));

    private static void AssertEqual(HeadSolution expected, HeadSolution actual, double tolerance)
    {
        Assert.All(expected.Weights.Zip(actual.Weights), pair => HeadScene.AssertClose(pair.First, pair.Second, tolerance));
        HeadScene.AssertClose(expected.Bias, actual.Bias, tolerance * 10);
    }

    private static HeadSolution Scaled(HeadSolution head, double scale) => head with
    {
        Weights = Array.ConvertAll(head.Weights, row => Array.ConvertAll(row, value => value * scale)),
        Bias = Array.ConvertAll(head.Bias, value => value * scale),
    };

    private static double[][] System(HeadProblem problem, double strength) // of the weights, and of the bias without a penalty
    {
        int features = problem.FeatureCount;
        double[][] rows = Array.ConvertAll(problem.Features, row => (double[])[.. row, 1]);
        return [.. Enumerable.Range(0, features + 1).Select(one => Enumerable.Range(0, features + 1).Select(other =>
            rows.Select((row, index) => problem.Weights[index] * row[one] * row[other]).Sum() + (one == other && one < features ? strength : 0)).ToArray())];
    }

    private static double Leverage(HeadProblem problem, double strength, int row)
    {
        double[] extended = [.. problem.Features[row], 1];
        return problem.Weights[row] * HeadScene.Dot(extended, HeadScene.SolveSystem(System(problem, strength), [extended])[0]);
    }

    private static HeadSolution Direct(HeadProblem problem, double strength)
    {
        int features = problem.FeatureCount;
        double[][] rows = Array.ConvertAll(problem.Features, row => (double[])[.. row, 1]);
        double[][] sides = [.. Enumerable.Range(0, problem.OutputCount).Select(output => Enumerable.Range(0, features + 1).Select(feature =>
            rows.Select((row, index) => problem.Weights[index] * row[feature] * problem.Targets[index][output]).Sum()).ToArray())];
        double[][] solved = HeadScene.SolveSystem(System(problem, strength), sides);
        return new HeadSolution { Weights = Array.ConvertAll(solved, row => row[..features]), Bias = Array.ConvertAll(solved, row => row[features]), Choice = new HeadChoice { Solver = "" } };
    }
}
