using TransferLearning.Benchmarks.Reporting;
using TransferLearning.Benchmarks.Setup;

namespace TransferLearning.Benchmarks.Predict;

/// <summary>The cold start: the first prediction of a fresh process, alone and as a multiple of later ones.</summary>
internal static class FirstCallRows
{
    public static Comparison[] Measure(PredictSettings settings, string modelFile, string photograph)
    {
        List<FirstCall> bare = [], library = [];
        for (int round = 1; round <= settings.Rounds; round++)
        {
            Console.Error.WriteLine($"first call: round {round} of {settings.Rounds}");
            bare.Add(Child(Side.Bare));
            library.Add(Child(Side.Library));
        }
        return
        [
            Row("first call of a process", "ms", calls => calls.First),
            Row("first call over later ones", "times", calls => calls.First / calls.Later),
        ];

        FirstCall Child(Side side) => ChildProcess.Run<FirstCall>(
            [PredictCommand.ChildName, $"{side}", .. settings.Workload.Arguments(), "--model", modelFile, "--photograph", photograph]);

        Comparison Row(string name, string unit, Func<FirstCall, double> value) =>
            new(name, unit, Measurement.MedianOf([.. bare.Select(value)]), Measurement.MedianOf([.. library.Select(value)]));
    }
}
