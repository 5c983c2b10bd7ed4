using TransferLearning.Heads;
using TransferLearning.Metrics;

namespace TransferLearning.Tests.Heads;

public sealed class LdaSolverTests
{
    [Theory]
    [InlineData(40, 6, 0.2)]
    [InlineData(12, 30, 0.4)]
    [InlineData(12, 30, 1)]
    public void Solve_AtAShrinkage_IsTheFormula(int rows, int features, double shrinkage)
    {
        HeadProblem problem = HeadScene.Classes(rows, features, weights: [.. Enumerable.Range(0, rows).Select(row => 1.0 + row % 2)]);

        HeadSolution head = (HeadSolvers.ShrinkageLda(shrinkage) with { Scale = 1 }).Solve(problem);

        Assert.All(problem.Features, row => AssertDifferences(Direct(problem, shrinkage, row), head.Outputs(row), 1e-6));
        Assert.Equal(("lda", shrinkage), (head.Choice.Solver, head.Choice.Strength));
    }

    [Fact]
    public void Solve_WithPriors_UsesThemInPlaceOfShares()
    {
        HeadProblem problem = HeadScene.Classes(20, 4);

        HeadSolution head = (HeadSolvers.ShrinkageLda(0.3) with { Scale = 1, Priors = [0.5, 0.3, 0.2] }).Solve(problem);

        Assert.All(problem.Features, row => AssertDifferences(Direct(problem, 0.3, row, [0.5, 0.3, 0.2]), head.Outputs(row), 1e-8));
    }

    [Fact]
    public void Solve_WithSmallWeights_TakesTheSharesOfClassesForPriors()
    {
        HeadProblem few = HeadScene.Classes(30, 4).Rows(Enumerable.Range(0, 30).Where(row => row % 3 > 0 || row < 3));
        HeadProblem problem = HeadScene.Of(few.Features, few.Targets, LabelKind.Class, Array.ConvertAll(few.Features, _ => 0.01));

        HeadSolution head = (HeadSolvers.ShrinkageLda(0.3) with { Scale = 1 }).Solve(problem);

        Assert.All(problem.Features, row => AssertDifferences(Direct(problem, 0.3, row), head.Outputs(row), 1e-8));
    }

    [Fact]
    public void LeaveOneOut_OfTheOnlyImagesThatVary_IsWhatModelsOfTheOthersGive()
    {
        HeadProblem problem = HeadScene.Of([[0, 1], [1, 0], [4, 4]], [[1, 0], [1, 0], [0, 1]], LabelKind.Class);
        using var data = new HeadData(Centered(problem), problem, problem.Weights, labelWeights: null);

        double[]?[] left = LdaModel.Of(data, priors: null).LeaveOneOut(data, 0.5, estimatesPriors: true);

        for (int row = 0; row < 2; row++)
            AssertDifferences((HeadSolvers.ShrinkageLda(0.5) with { Scale = 1 }).Solve(problem.Without(row)).Outputs(problem.Features[row]), left[row]!, 1e-6);
    }

    [Theory]
    [InlineData(14, 4, 0.3)]
    [InlineData(14, 4, 0)]
    [InlineData(10, 24, 0.5)]
    public void LeaveOneOut_IsWhatModelsOfTheOthersGive(int rows, int features, double shrinkage)
    {
        double[] weights = [.. Enumerable.Range(0, rows).Select(row => 1.0 + row % 2)];
        HeadProblem problem = HeadScene.Classes(rows, features, weights: weights);
        using var data = new HeadData(Centered(problem), problem, weights, labelWeights: null);

        double[]?[] left = LdaModel.Of(data, priors: null).LeaveOneOut(data, shrinkage, estimatesPriors: true);

        for (int row = 0; row < rows; row++)
            AssertDifferences(Direct(problem.Without(row), shrinkage, problem.Features[row]), left[row]!, 1e-6);
    }

    [Fact]
    public void Solve_AmongShrinkages_TakesTheOneOfTheLeastLogLossLeftOut()
    {
        HeadProblem problem = HeadScene.Classes(40, 30);
        double[] shrinkages = [0.05, 0.5, 1];
        HeadChoice[] alone = [.. shrinkages.Select(shrinkage => HeadSolvers.ShrinkageLda(shrinkage).Solve(problem).Choice)];

        HeadChoice choice = HeadSolvers.ShrinkageLda(shrinkages).Solve(problem).Choice;

        Assert.Equal(alone.MinBy(one => one.Score), choice);
    }

    [Theory]
    [InlineData(30, 5)]
    [InlineData(10, 24)]
    public void Solve_ByDefault_ShrinksAsLedoitAndWolf(int rows, int features)
    {
        HeadProblem problem = HeadScene.Classes(rows, features);
        double[][] residuals = Residuals(problem);
        double[][] covariance = Covariance(residuals, problem.Weights);
        double mean = Enumerable.Range(0, features).Average(feature => covariance[feature][feature]);
        double distance = Squares((row, column) => covariance[row][column] - (row == column ? mean : 0));
        double error = residuals.Sum(residual => Squares((row, column) => residual[row] * residual[column] - covariance[row][column])) / rows / rows;

        HeadChoice choice = HeadSolvers.ShrinkageLda().Solve(problem).Choice;

        Assert.Equal(Math.Min(1, error / distance), choice.Strength!.Value, 1e-9);

        double Squares(Func<int, int, double> entry) =>
            Enumerable.Range(0, features).Sum(row => Enumerable.Range(0, features).Sum(column => Math.Pow(entry(row, column), 2)));
    }

    [Fact]
    public void Solve_FromStatistics_IsWhatAllImagesGive()
    {
        foreach (HeadProblem problem in new[] { HeadScene.Classes(40, 8), HeadScene.Classes(12, 20) })
        {
            HeadSolution whole = HeadSolvers.ShrinkageLda().Solve(problem);
            int rows = problem.Features.Length;
            HeadStatistics sums = HeadStatistics.Of(problem.Rows(Enumerable.Range(0, rows / 2)))
                .Plus(HeadStatistics.Of(problem.Rows(Enumerable.Range(rows / 2, rows - rows / 2))));

            HeadSolution later = HeadSolvers.ShrinkageLda().Solve(sums, whole.Choice);

            Assert.All(problem.Features, row => AssertDifferences(whole.Outputs(row), later.Outputs(row), 1e-6));
        }
    }

    [Fact]
    public void Solve_WithAClassOfOneImageAndOneOfNone_IsFinite()
    {
        HeadProblem problem = HeadScene.Classes(13, 20);
        double[][] targets = [.. problem.Targets.Select((_, row) => (double[])(row == 0 ? [0, 1, 0, 0] : row % 2 == 0 ? [1, 0, 0, 0] : [0, 0, 1, 0]))];

        HeadSolution head = HeadSolvers.ShrinkageLda().Solve(HeadScene.Of(problem.Features, targets, LabelKind.Class));

        Assert.All(head.Weights.SelectMany(row => row).Concat(head.Bias), value => Assert.True(double.IsFinite(value)));
        Assert.NotEqual(3, head.Outputs(problem.Features[5]).Best());
    }

    [Fact]
    public void Solve_OnFeaturesThatDoNotVary_TellsTheGreatestClass()
    {
        double[][] targets = [[1, 0], [0, 1], [0, 1]];

        HeadSolution head = HeadSolvers.ShrinkageLda().Solve(HeadScene.Of([.. targets.Select(_ => new double[] { 7, 7, 7 })], targets, LabelKind.Class));

        Assert.Equal(1, head.Outputs([7, 7, 7]).Best());
    }

    [Fact]
    public void FindProblems_OfAnythingButOneClassPerImage_NamesIt()
    {
        Assert.Contains("any number of classes", Assert.Single(HeadSolvers.ShrinkageLda().FindProblems(LabelKind.Classes, 3)));
        Assert.Contains("numbers", Assert.Single(HeadSolvers.ShrinkageLda().FindProblems(LabelKind.Numbers, 1)));
        Assert.Contains("prior", Assert.Single((HeadSolvers.ShrinkageLda() with { Priors = [1, 0] }).FindProblems(LabelKind.Class, 2)));
        Assert.Contains("0 to 1", Assert.Single(HeadSolvers.ShrinkageLda(1.5).FindProblems(LabelKind.Class, 2)));
    }

    // What softmax sees: discriminants but for a common summand.
    private static void AssertDifferences(double[] expected, double[] actual, double tolerance) => HeadScene.AssertClose(
        Array.ConvertAll(expected, value => value - expected[0]), Array.ConvertAll(actual, value => value - actual[0]), tolerance);

    private static double[] Direct(HeadProblem problem, double shrinkage, double[] row, double[]? priors = null)
    {
        int features = problem.FeatureCount;
        double[][] covariance = Covariance(Residuals(problem), problem.Weights);
        double mean = Enumerable.Range(0, features).Average(feature => covariance[feature][feature]);
        for (int one = 0; one < features; one++)
        {
            for (int other = 0; other < features; other++)
                covariance[one][other] = covariance[one][other] * (1 - shrinkage) + (one == other ? mean * shrinkage : 0);
        }
        double[][] means = Means(problem);
        double[][] solved = HeadScene.SolveSystem(covariance, means);
        return [.. means.Select((center, index) => HeadScene.Dot(solved[index], row) - HeadScene.Dot(solved[index], center) / 2
            + Math.Log(priors?[index] ?? problem.Targets.Select((target, at) => target[index] * problem.Weights[at]).Sum() / problem.Weights.Sum()))];
    }

    private static double[][] Means(HeadProblem problem) => [.. Enumerable.Range(0, problem.OutputCount).Select(index =>
    {
        double count = problem.Targets.Select((target, row) => target[index] * problem.Weights[row]).Sum();
        return Enumerable.Range(0, problem.FeatureCount)
            .Select(feature => problem.Features.Select((row, at) => row[feature] * problem.Targets[at][index] * problem.Weights[at]).Sum() / count).ToArray();
    })];

    private static double[][] Residuals(HeadProblem problem)
    {
        double[][] means = Means(problem);
        return [.. problem.Features.Select((row, index) => row.Zip(means[problem.Targets[index].Best()], (value, mean) => value - mean).ToArray())];
    }

    private static double[][] Covariance(double[][] residuals, double[] weights)
    {
        int features = residuals[0].Length;
        return [.. Enumerable.Range(0, features).Select(one => Enumerable.Range(0, features)
            .Select(other => residuals.Select((row, index) => weights[index] * row[one] * row[other]).Sum() / weights.Sum()).ToArray())];
    }

    private static double[][] Centered(HeadProblem problem)
    {
        double[] mean = PrincipalFeatures.MeanOf(problem.Features, problem.Weights);
        return Array.ConvertAll(problem.Features, row => row.Zip(mean, (value, middle) => value - middle).ToArray());
    }
}
