using TransferLearning.Heads;
using TransferLearning.Metrics;

namespace TransferLearning.Tests.Heads;

public sealed class LogisticSolverTests
{
    [Theory]
    [InlineData(40, 5, 1)]
    [InlineData(12, 30, 2)]
    [InlineData(40, 5, 1e-2)]
    public void Solve_ForClasses_EndsWhereTheGradientIsZero(int rows, int features, double strength)
    {
        HeadProblem problem = HeadScene.Classes(rows, features, distance: 0.5, weights: [.. Enumerable.Range(0, rows).Select(row => 1.0 + row % 2)]);

        HeadSolution head = HeadSolvers.Logistic(strength).Solve(problem);

        AssertNoSlope(problem, head, strength, row => Softmax(head.Outputs(row)), 1);
        Assert.Equal(new HeadChoice { Solver = "logistic", Strength = strength }, head.Choice);
    }

    [Fact]
    public void Solve_ForSeveralLabels_IsALogisticRegressionOfEach()
    {
        HeadProblem problem = HeadScene.Labels(40, 5);

        HeadSolution head = HeadSolvers.Logistic(1).Solve(problem);

        AssertNoSlope(problem, head, 1, row => Array.ConvertAll(head.Outputs(row), value => 1 / (1 + Math.Exp(-value))), 1);
        for (int label = 0; label < 3; label++)
        {
            double[][] alone = Array.ConvertAll(problem.Targets, row => new[] { row[label] });
            HeadSolution one = HeadSolvers.Logistic(1).Solve(HeadScene.Of(problem.Features, alone, LabelKind.Classes));
            HeadScene.AssertClose(one.Weights[0], head.Weights[label], 1e-4);
        }
    }

    [Fact]
    public void Evaluate_AtAnyPoint_HasTheSlopesOfFiniteDifferences()
    {
        foreach (HeadProblem problem in new[] { HeadScene.Classes(15, 4), HeadScene.Labels(15, 4) })
        {
            using var data = new HeadData(problem.Features, problem, problem.Weights, problem.Labels == LabelKind.Classes ? [1, 2, 3] : null);
            var loss = new LogisticLoss(data);
            var random = new Random(3);
            double[] point = Array.ConvertAll(loss.Zero(), _ => random.NextDouble() / 10);
            double[] gradient = loss.Zero();
            loss.Evaluate(point, 0.7, gradient);

            for (int index = 0; index < point.Length; index++)
            {
                double Value(double step) => loss.Evaluate([.. point.Select((value, at) => at == index ? value + step : value)], 0.7, loss.Zero());
                Assert.Equal((Value(1e-5) - Value(-1e-5)) / 2e-5, gradient[index], 1e-4);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Solve_Balanced_IsAsIfClassesCountedAlike(bool isSingle)
    {
        HeadProblem all = isSingle ? HeadScene.Classes(40, 4, classes: 2) : HeadScene.Labels(40, 4, labels: 1);
        HeadProblem problem = all.Rows(Enumerable.Range(0, 40).Where(row => row % 4 != 1));

        HeadSolution head = (HeadSolvers.Logistic(0.5) with { Balanced = true }).Solve(problem);

        double positives = problem.Targets.Sum(row => row[0]), negatives = problem.Targets.Length - positives;
        double[] weights = Array.ConvertAll(problem.Targets, row => isSingle
            ? problem.Targets.Length / 2.0 / (row[0] == 1 ? positives : negatives)
            : row[0] == 1 ? negatives / positives : 1);
        HeadSolution weighted = HeadSolvers.Logistic(0.5).Solve(HeadScene.Of(problem.Features, problem.Targets, problem.Labels, weights));
        Assert.All(head.Weights.Zip(weighted.Weights), pair => HeadScene.AssertClose(pair.Second, pair.First, 1e-4));
    }

    [Fact]
    public void Solve_ByFolds_ChoosesAStrengthOfTheRange()
    {
        HeadProblem noise = HeadScene.Classes(60, 30, distance: 0);
        HeadProblem clear = HeadScene.Classes(60, 30, distance: 30);

        HeadChoice ofNoise = HeadSolvers.Logistic().Solve(noise).Choice;
        HeadChoice ofClear = HeadSolvers.Logistic().Solve(clear).Choice;

        Assert.Equal(ofNoise, HeadSolvers.Logistic().Solve(noise).Choice);
        Assert.InRange(ofNoise.Score!.Value, Math.Log(3) * 0.95, Math.Log(3) * 1.15);
        Assert.InRange(ofClear.Score!.Value, 0, 0.3);
    }

    [Fact]
    public void Solve_WhereAClassHasNoImageOrALabelIsInEach_IsFinite()
    {
        HeadProblem problem = HeadScene.Classes(12, 20);
        double[][] classes = Array.ConvertAll(problem.Targets, row => (double[])[.. row, 0]);
        double[][] labels = Array.ConvertAll(problem.Targets, row => (double[])[row[0], 1, 0]);

        HeadSolution ofClasses = HeadSolvers.Logistic().Solve(HeadScene.Of(problem.Features, classes, LabelKind.Class));
        HeadSolution ofLabels = HeadSolvers.Logistic().Solve(HeadScene.Of(problem.Features, labels, LabelKind.Classes));

        Assert.NotEqual(3, ofClasses.Outputs(problem.Features[0]).Best());
        Assert.Equal([true, false], ofLabels.Outputs(problem.Features[0])[1..].Select(value => value > 0));
        Assert.All(ofClasses.Weights.Concat(ofLabels.Weights).SelectMany(row => row), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Solve_OnFeaturesThatDoNotVary_GivesTheShareOfEachClass()
    {
        double[][] targets = [[1, 0], [0, 1], [0, 1], [0, 1]];

        HeadSolution head = HeadSolvers.Logistic(1).Solve(HeadScene.Of([.. targets.Select(_ => new double[] { 7, 7, 7 })], targets, LabelKind.Class));

        HeadScene.AssertClose([0.25, 0.75], Softmax(head.Outputs([7, 7, 7])), 1e-5);
    }

    [Fact]
    public void Solve_BalancedLabelsWithWeights_IsTheHeadOfThatManyCopies()
    {
        HeadProblem labels = HeadScene.Labels(20, 4);
        double[] weights = [.. labels.Targets.Select(row => row[0] == 1 ? 3.0 : 1)];
        HeadProblem copies = labels.Rows(Enumerable.Range(0, 20).SelectMany(row => Enumerable.Repeat(row, (int)weights[row])));
        IHeadSolver solver = HeadSolvers.Logistic(1) with { Balanced = true };

        HeadSolution weighted = solver.Solve(HeadScene.Of(labels.Features, labels.Targets, LabelKind.Classes, weights)), copied = solver.Solve(copies);

        HeadScene.AssertClose(copied.Bias, weighted.Bias, 1e-3);
    }

    [Fact]
    public void FindProblems_OfNumbers_NamesRidge() =>
        Assert.Contains("Ridge", Assert.Single(HeadSolvers.Logistic().FindProblems(LabelKind.Numbers, 1)));

    [Fact]
    public void Solve_Cancelled_Ends() =>
        Assert.Throws<OperationCanceledException>(() => HeadSolvers.Logistic().Solve(HeadScene.Classes(9, 4), new CancellationToken(canceled: true)));

    private static double[] Softmax(double[] logits)
    {
        double sum = logits.Sum(Math.Exp);
        return Array.ConvertAll(logits, value => Math.Exp(value) / sum);
    }

    private static void AssertNoSlope(HeadProblem problem, HeadSolution head, double strength, Func<double[], double[]> probabilities, double scale)
    {
        double[][] errors = [.. problem.Features.Select((row, index) =>
            probabilities(row).Zip(problem.Targets[index], (probability, target) => problem.Weights[index] * (probability - target)).ToArray())];
        for (int output = 0; output < problem.OutputCount; output++)
        {
            double[] slopes = [.. Enumerable.Range(0, problem.FeatureCount).Select(feature =>
                errors.Select((error, row) => error[output] * problem.Features[row][feature]).Sum() + strength * head.Weights[output][feature])];
            Assert.All(slopes.Append(errors.Sum(error => error[output])), slope => Assert.Equal(0, slope, 2e-3 * scale));
        }
    }
}
