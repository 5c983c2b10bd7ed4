using System.Collections;
using TransferLearning.Heads;

namespace TransferLearning.Tests.Heads;

public sealed class SolverCancellationTests
{
    [Theory]
    [InlineData("ridge")]
    [InlineData("lda")]
    [InlineData("logistic")]
    public void Solve_Cancelled_Throws(string name)
    {
        IHeadSolver solver = name switch
        {
            "ridge" => HeadSolvers.Ridge(),
            "lda" => HeadSolvers.ShrinkageLda(),
            _ => HeadSolvers.Logistic(),
        };

        Assert.Throws<OperationCanceledException>(() => solver.Solve(HeadScene.Classes(rows: 20, features: 4), new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Solve_CancelledAmongStrengths_ScoresNoMoreOfThem()
    {
        using var cancellation = new CancellationTokenSource();
        var strengths = new Cancelling(cancellation, [1, 2, 3, 4, 5], enumeration: 2); // the first one checks them
        RidgeSolver solver = HeadSolvers.Ridge(strengths) with { ChooseBy = StrengthChoice.GeneralizedCrossValidation, Scale = 1 };

        Assert.Throws<OperationCanceledException>(() => solver.Solve(HeadScene.Classes(rows: 20, features: 4), cancellation.Token));

        Assert.Equal(2, strengths.Given);
    }

    [Fact]
    public void Decompositions_Cancelled_DoNotBegin()
    {
        HeadProblem problem = HeadScene.Classes(rows: 20, features: 4);
        var cancelled = new CancellationToken(canceled: true);
        using var data = new HeadData(problem.Features, problem, problem.Weights, labelWeights: null);

        Assert.Throws<OperationCanceledException>(() => NativeMatrix.Eigen([[1.0]], cancelled));
        Assert.Throws<OperationCanceledException>(() => PrincipalFeatures.Of(problem.Features, problem.Weights, cancelled));
        Assert.Throws<OperationCanceledException>(() => LdaModel.Of(data, priors: null, cancelled));
    }

    /// <summary>Cancels while it gives the second of its numbers.</summary>
    private sealed class Cancelling(CancellationTokenSource cancellation, double[] values, int enumeration) : IReadOnlyList<double>
    {
        private int _enumerations;

        public int Count => values.Length;

        /// <summary>How many numbers were given in the enumeration that cancels.</summary>
        public int Given { get; private set; }

        public double this[int index] => values[index];

        public IEnumerator<double> GetEnumerator()
        {
            bool cancels = ++_enumerations == enumeration;
            foreach (double value in values)
            {
                if (cancels && ++Given == 2)
                    cancellation.Cancel();
                yield return value;
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
