using System.Globalization;
using TransferLearning.Native;
using TransferLearning.Tests.Attacks;
using TransferLearning.Tests.Documentation;
using TransferLearning.Tests.Exporting;
using TransferLearning.Tests.FeatureCache;
using TransferLearning.Tests.Formats.Fuzzing;
using TransferLearning.Tests.Importing;
using TransferLearning.Tests.Native;
using TransferLearning.Tests.Packages;
using TransferLearning.Tests.Published;
using TransferLearning.Tests.Published.HuggingFace;
using TransferLearning.Tests.Running;
using TransferLearning.Tests.Soak;

// Test runners load this assembly and never come here; StoreProcess, WeightsProcess, HubVariablesTests and NativeHeapTests do, and whoever writes the table of networks anew, damages files of weights, or attacks the library.
switch (args)
{
    case [BackbonesDocument.Verb]:
        File.WriteAllText(BackbonesDocument.Path, BackbonesDocument.Expected());
        break;

    case ["features", string directory, string seed]:
        foreach (string complaint in new StoreUser(directory, int.Parse(seed, CultureInfo.InvariantCulture)).Use())
            Console.WriteLine(complaint);
        break;

    case ["weights", string folder, string address, string hash, string death]:
        Console.WriteLine(WeightsProcess.Run(folder, address, hash, death));
        break;

    case ["hub"]:
        Console.Write(HubVariablesTests.Options());
        break;

    case ["heap", "off"]:
        AppContext.SetSwitch(NativeHeap.Switch, false);
        Console.Write(HeapUser.Run());
        break;

    case ["heap"]:
        Console.Write(HeapUser.Run());
        break;

    case [SuiteRun.Verb, ..]:
        return SuiteRun.Run(args.AsSpan(1));

    case [SoakRun.Verb, "--minutes", string minutes, .. string[] work]:
        return SoakRun.Run(TimeSpan.FromMinutes(double.Parse(minutes, CultureInfo.InvariantCulture)), work);

    case [OnnxNetworkRun.Verb, .. string[] networks]:
        return OnnxNetworkRun.Run(networks);

    case [RoundTripRun.Verb, .. string[] networks]:
        return RoundTripRun.Run(networks);

    case [CntkResNetRun.Verb, .. string[] options]:
        return CntkResNetRun.Run(options);

    case [PackageRun.Verb]:
        return await PackageRun.Run();

    case [AttackCommand.Verb, ..]:
        return await AttackCommand.Run(args.AsMemory(1));

    case [AttackCommand.VerbOfKind, string kind, string seconds, string seed, string trace]:
        return AttackCommand.RunKind(
            kind, TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)), long.Parse(seed, CultureInfo.InvariantCulture), trace);

    case [AttackCommand.VerbOfOne, string kind, string seed, string number]:
        return AttackCommand.RunOne(kind, long.Parse(seed, CultureInfo.InvariantCulture), int.Parse(number, CultureInfo.InvariantCulture));

    case [FileSystemAttack.VerbOfWriter, string path]:
        FileSystemAttack.WriteForever(path);
        break;

    case [FuzzRun.Verb, string count]:
        return FuzzRun.Run(int.Parse(count, CultureInfo.InvariantCulture), FuzzRun.UsualSeed);

    case [FuzzRun.Verb, string count, string seed, .. string[] files]:
        return FuzzRun.Run(int.Parse(count, CultureInfo.InvariantCulture), long.Parse(seed, CultureInfo.InvariantCulture), files);

    case [FuzzRun.VerbOfOne, string file, string seed, string number]:
        return FuzzRun.RunOne(file, long.Parse(seed, CultureInfo.InvariantCulture), int.Parse(number, CultureInfo.InvariantCulture));

    default:
        throw new ArgumentException($"No test starts a process with '{string.Join(' ', args)}'.");
}

return 0;
