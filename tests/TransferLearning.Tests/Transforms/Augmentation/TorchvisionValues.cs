namespace TransferLearning.Tests.Transforms.Augmentation;

/// <summary>What torchvision makes of images that both sides draw; hashes are the first 16 digits of SHA-256.</summary>
/// <remarks>Computed by torchvision_values.py with torchvision 0.14.1a0 and Pillow 9.4.0.</remarks>
internal static class TorchvisionValues
{
    public static readonly Dictionary<string, string> Wide = new()
    {
        ["Identity"] = "3664182e28338e21",
        ["ShearX"] = "a303209921d64b6a",
        ["ShearY"] = "c2d1615dc132af53",
        ["TranslateX"] = "07621b2e242138e2",
        ["TranslateY"] = "0f5ba73021e33d46",
        ["Rotate"] = "7f859b0ff6747cbf",
        ["Brightness"] = "bc5e567f634fc35c",
        ["Color"] = "f3ddd835b17ce736",
        ["Contrast"] = "400b659d760f71e9",
        ["Sharpness"] = "4e451c8963825449",
        ["Posterize"] = "e1a70cbf463b1775",
        ["Solarize"] = "206dbbd5324ac64d",
        ["AutoContrast"] = "e986b4273af82606",
        ["Equalize"] = "f472908076baed2d",
    };

    public static readonly Dictionary<string, string> WideBilinear = new()
    {
        ["Identity"] = "3664182e28338e21",
        ["ShearX"] = "952e4e00818da2cc",
        ["ShearY"] = "7d6e159dc7f36b2b",
        ["TranslateX"] = "07621b2e242138e2",
        ["TranslateY"] = "0f5ba73021e33d46",
        ["Rotate"] = "bfb1f8a58b571aef",
        ["Brightness"] = "bc5e567f634fc35c",
        ["Color"] = "f3ddd835b17ce736",
        ["Contrast"] = "400b659d760f71e9",
        ["Sharpness"] = "4e451c8963825449",
        ["Posterize"] = "e1a70cbf463b1775",
        ["Solarize"] = "206dbbd5324ac64d",
        ["AutoContrast"] = "e986b4273af82606",
        ["Equalize"] = "f472908076baed2d",
    };

    public static readonly Dictionary<string, string> Standard = new()
    {
        ["Identity"] = "3664182e28338e21",
        ["ShearX"] = "d591f77b2f4e7e23",
        ["ShearY"] = "42c3fd40ddb04e10",
        ["TranslateX"] = "d6c7e29bea0f6fb9",
        ["TranslateY"] = "44d5b7a9ad6d1c83",
        ["Rotate"] = "dd00a271925d0cf5",
        ["Brightness"] = "8dc4979b092d8663",
        ["Color"] = "57d49f98b969bb56",
        ["Contrast"] = "d3aa6a3b20ba0e17",
        ["Sharpness"] = "11152d312f2467c5",
        ["Posterize"] = "d786a29f7c090ddc",
        ["Solarize"] = "206dbbd5324ac64d",
        ["AutoContrast"] = "e986b4273af82606",
        ["Equalize"] = "f472908076baed2d",
    };

    public static readonly Dictionary<string, string> Learned = new()
    {
        ["ShearX"] = "e5ead1856de34975",
        ["ShearY"] = "d47e87a5c4f6f770",
        ["TranslateX"] = "38aa92d090e6e517",
        ["TranslateY"] = "9d21d39d34dc7b6a",
        ["Rotate"] = "409dde65d44b6e2c",
        ["Brightness"] = "d576b49d905e50d5",
        ["Color"] = "451254b23708fdc8",
        ["Contrast"] = "73e0b7170010d29d",
        ["Sharpness"] = "785382821ee756ae",
        ["Posterize"] = "2872911c685670b9",
        ["Solarize"] = "3832007ebd1a6e42",
        ["AutoContrast"] = "e986b4273af82606",
        ["Equalize"] = "f472908076baed2d",
        ["Invert"] = "81dec11efa4cdef2",
    };

    public static readonly Dictionary<string, string> Mixing = new()
    {
        ["ShearX"] = "39416e8d24dd109b",
        ["ShearY"] = "0c2a011589572878",
        ["TranslateX"] = "ddfb3f48cdda6661",
        ["TranslateY"] = "25e897b904f15a0c",
        ["Rotate"] = "699b1c70cddedd86",
        ["Posterize"] = "908c795d3323d151",
        ["Solarize"] = "3832007ebd1a6e42",
        ["AutoContrast"] = "e986b4273af82606",
        ["Equalize"] = "f472908076baed2d",
        ["Brightness"] = "d576b49d905e50d5",
        ["Color"] = "451254b23708fdc8",
        ["Contrast"] = "73e0b7170010d29d",
        ["Sharpness"] = "785382821ee756ae",
    };

    public static readonly Dictionary<string, string> Policies = new()
    {
        ["IMAGENET"] = "2b85791c58a75d90",
        ["CIFAR10"] = "28b3b7cec7a4460f",
        ["SVHN"] = "37b21188d206b81f",
    };

    public static readonly Dictionary<string, string> Adjustments = new()
    {
        ["grayscale"] = "53618cdd52ae9e75",
        ["invert"] = "81dec11efa4cdef2",
        ["vertical flip"] = "71f78c3f19513a06",
        ["autocontrast"] = "e986b4273af82606",
        ["equalize"] = "f472908076baed2d",
        ["posterize 0"] = "d8a9e97c382b0e15",
        ["posterize 1"] = "c330fced2716d673",
        ["posterize 4"] = "c74386fc878f2482",
        ["posterize 7"] = "e5f017b351110566",
        ["posterize 8"] = "3664182e28338e21",
        ["solarize 0"] = "81dec11efa4cdef2",
        ["solarize 100.5"] = "b406ba2cd836c56d",
        ["solarize 128"] = "528d0b1a3ba208b5",
        ["solarize 256"] = "3664182e28338e21",
        ["sharpness 0"] = "b2f3b794b8c2bb5d",
        ["sharpness 0.4"] = "e53e6a8d9f7bf8fc",
        ["sharpness 1"] = "3664182e28338e21",
        ["sharpness 2"] = "bdfca0f0e97fc3fc",
        ["sharpness 3.7"] = "495b6eb020dc9c4a",
    };

    public static readonly Dictionary<string, string> AffineNearest = new()
    {
        ["0 0 0 1 0 0"] = "3664182e28338e21",
        ["30 0 0 1 0 0"] = "39d2c35e7111323a",
        ["-170 3 -5 0.7 10 -20"] = "47415847ded6a52c",
        ["12.5 0 2 1.6 -35 8"] = "cdbbd792636d5107",
        ["0 -4 7 1 0 0"] = "be4eb3a6cb6b3e4f",
        ["90 0 0 1 0 0"] = "55e55d74fef6848f",
        ["0 0 0 0.31 0 0"] = "dad4a1852f9214c6",
        ["0 0 0 2.3 0 0"] = "8f28347068da1384",
    };

    public static readonly Dictionary<string, string> AffineBilinear = new()
    {
        ["0 0 0 1 0 0"] = "3664182e28338e21",
        ["30 0 0 1 0 0"] = "7a53aecb63308b85",
        ["-170 3 -5 0.7 10 -20"] = "3be35229044a8c0d",
        ["12.5 0 2 1.6 -35 8"] = "faefb01138750d5a",
        ["0 -4 7 1 0 0"] = "be4eb3a6cb6b3e4f",
        ["90 0 0 1 0 0"] = "11447010c24ec628",
        ["0 0 0 0.31 0 0"] = "67f45f3814bde05b",
        ["0 0 0 2.3 0 0"] = "016156873007ca3f",
    };

    public static readonly Dictionary<string, string> PerspectiveNearest = new()
    {
        ["0 0 0 0 0 0 0 0"] = "3664182e28338e21",
        ["1 2 3 0 2 1 0 3"] = "94889ffd0818b704",
        ["4 3 0 0 4 2 1 1"] = "37f9e25f47a7bf33",
        ["0 0 1 0 0 1 1 1"] = "7bca12634fe7e97d",
        ["1 0 0 0 1 1 0 1"] = "a568aac14280d4bc",
    };

    public static readonly Dictionary<string, string> PerspectiveBilinear = new()
    {
        ["0 0 0 0 0 0 0 0"] = "3664182e28338e21",
        ["1 2 3 0 2 1 0 3"] = "74e6827f30f4396b",
        ["4 3 0 0 4 2 1 1"] = "3a772ba24d84ade6",
        ["0 0 1 0 0 1 1 1"] = "19b250e00e9ac469",
        ["1 0 0 0 1 1 0 1"] = "3ae9586148397d62",
    };

    public static readonly Dictionary<string, string> Blurs = new()
    {
        ["1 0.5"] = "ACjIASjGBCjECSjCECjAGSi+JCi8MSi6QCi4USi2ZCi0eSiykCiwqSiuxCis4SiqACioAyjGBCnEByrCDCvAEyy+HC28Jy66NC+4QzC2VDG0ZzKyfDOwkzSurDWsxzaq5DeoAzimBijEByrCCizADy6+FjC8HzK6KjS4Nza2Rji0Vzqyajywfz6ulkCsr0KqykSo50amBkikCSjCCivADS6+EjG8GTS6Ije4LTq2Oj20SUCyWkOwbUaugkmsmUyqsk+ozVKm6lWkCViiDCjADSy+EDC8FTS6HDi4JTy2MEC0PUSyTEiwXUyucFCshVSqnFiotVym0GCk7WSiDGigDyi+EC28EzK6GDe4Hzy2KEG0M0ayQEuwT1CuYFWsc1qqiF+on2SmuGmk026i8HOgD3ieEii8Ey66FjS4Gzq2IkC0K0ayNkywQ1KuUlisY16qdmSoi2qmonCku3ai1nyg84KeEoicFSi6Fi+4GTa2Hj20JUSyLkuwOVKuRlmsVWCqZmeoeW6mjnWkpXyivoOg2Yqe9i2cFTSaGCi4GTC2HDi0IUCyKEiwMVCuPFisSWCqWGioaXCmfHikkYCiqIigwSye3DSc+TyaGESYGyi2HDG0HzqyJEOwK0yuNFWsP16qTGeoW3CmbHmkf4KilIugqzCexDmc30Ka/EuYG1SWHii0HzKyIjywJ0auLlCsN1qqQmSoT26mXnikb4KigiiglzKerjycx0aa4lCY/1qWHmSUISiyIjOwJT6uKkmsMVSqOl+oRWqmUnWkYYCicoughTKemj2csUiaylOY5V6WAmmUIXSSJCiwJTSuKECsLUyqNFioPWSmSHCkVXyiZIigdTCeiDycnUiatFSYzWCW6GyUBXiSJISQ",
        ["3 0.8"] = "AijGAyjFBinDCynBEiq/Gyq9Jiu7Myu5Qiy3Uyy1Zi2zey2xki6vqy6txi+rpi+pbS+oAyjFBCnEByrCDCvAEyy+HC28Jy66NC+4QzC2VDG0ZzKyfDOwkzSurDWsxzaqpzeobzinBinDByrCCizADy6+FjC8HzK6KjS4Nza2Rji0Vzqyajywfz6ulkCsr0KqykSoqkamckelCSnBCivADS6+EjG8GTS6Ije4LTq2Oj20SUCyWkOwbUaugkmsmUyqsk+ozVKmrVWkdVejDCq/DSy+EDC8FTS6HDi4JTy2MEC0PUSyTEiwXUyucFCshVSqnFiotVym0GCksGSieGahDyq9EC28EzK6GDe4Hzy2KEG0M0ayQEuwT1CuYFWsc1qqiF+on2SmuGmk026is3Oge3afEiu7Ey66FjS4Gzq2IkC0K0ayNkywQ1KuUlisY16qdmSoi2qmonCku3ai1nagtnCefm2dFSu5Fi+4GTa2Hj20JUSyLkuwOVKuRlmsVWCqZmeoeW6mjnWkpXaivnGg2WaeuVGcgUmbGCy3GTC2HDi0IUCyKEiwMVCuPFisSWCqWGioaXCmfHikkXqiqGmgwVCe3EacvEKahECZGyy1HDG0HzqyJEOwK0yuNFWsP16qTGeoW3CmbHOkf3CilGegq0+exD+c30Kav0uYh1CXHi2zHzKyIjywJ0auLlCsN1qqQmSoT26mXnikb3CiglKgl0SerkKcx0aa1FCYolqWbF+VIS2xIjOwJT6uKkmsMVSqOl+oRWqmUnWkYXqicmeghUSemj2csUiaylOYt16WYGmUL2+TIy6wJDSvJz+tLEurM1apPGKnR22lVHmjY3ihdF2fh0OdnEObs06ZzFqXqmWVQXGTFHeS",
        ["5 0.1"] = "ACjIASjGBCjECSjCECjAGSi+JCi8MSi6QCi4USi2ZCi0eSiykCiwqSiuxCis4SiqACioAyjGBCnEByrCDCvAEyy+HC28Jy66NC+4QzC2VDG0ZzKyfDOwkzSurDWsxzaq5DeoAzimBijEByrCCizADy6+FjC8HzK6KjS4Nza2Rji0Vzqyajywfz6ulkCsr0KqykSo50amBkikCSjCCivADS6+EjG8GTS6Ije4LTq2Oj20SUCyWkOwbUaugkmsmUyqsk+ozVKm6lWkCViiDCjADSy+EDC8FTS6HDi4JTy2MEC0PUSyTEiwXUyucFCshVSqnFiotVym0GCk7WSiDGigDyi+EC28EzK6GDe4Hzy2KEG0M0ayQEuwT1CuYFWsc1qqiF+on2SmuGmk026i8HOgD3ieEii8Ey66FjS4Gzq2IkC0K0ayNkywQ1KuUlisY16qdmSoi2qmonCku3ai1nyg84KeEoicFSi6Fi+4GTa2Hj20JUSyLkuwOVKuRlmsVWCqZmeoeW6mjnWkpXyivoOg2Yqe9i2cFTSaGCi4GTC2HDi0IUCyKEiwMVCuPFisSWCqWGioaXCmfHikkYCiqIigwSye3DSc+TyaGESYGyi2HDG0HzqyJEOwK0yuNFWsP16qTGeoW3CmbHmkf4KilIugqzCexDmc30Ka/EuYG1SWHii0HzKyIjywJ0auLlCsN1qqQmSoT26mXnikb4KigiiglzKerjycx0aa4lCY/1qWHmSUISiyIjOwJT6uKkmsMVSqOl+oRWqmUnWkYYCicoughTKemj2csUiaylOY5V6WAmmUIXSSJCiwJTSuKECsLUyqNFioPWSmSHCkVXyiZIigdTCeiDycnUiatFSYzWCW6GyUBXiSJISQ",
        ["5 2"] = "BSnEBinDCSrCDivAFSy+Hi28KS66Ni+4RTC2VjG0aTOyfjSwlTWurjasojeqozepozioBinDByrDCivBDyy/Fi29Hy+7KjC5NzG3RjK1VzSzajWxfzavljitrzmrozqppDuopDynCCrCCSvBDCzAES6+GDC8ITK6LDS4OTa2SDi0WTqybDywgT6umECssUKqpUSopkWnpkamCyvADCy/Dy6+FDG8GzS6JDe4Lzq2PD20S0CyXEOwb0auhEmsm0yqtE+oqFKmqVSlqVWkDiy+Dy29EjC8FzS6Hji4Jzy2MkC0P0SyTkiwX0yuclCsh1Sqnliot1ymq2CkrGOjrGSiES28Ei+7FTK6Gje4ITy2KkG0NUayQkuwUVCuYlWsdVqqil+ooWSmumekrmiir2ihr2igFC66FTC5GDS4HTq2JEC0LUayOEywRVKuVFisZV6qeGSojWimpGqkvWmisWegsmOfsmOeFy+4GDG3Gza2ID20J0SyMEuwO1KuSFmsV2CqaGeoe2ymkGykp2qiwGSgtF+etVqdtVqcGjC2GzK1Hji0I0CyKkiwM1CuPlisS2CqWmaoa2qmfmukk2eiqmGgw1uet1WcuFGbuFKaHTG0HjSzITqyJkOwLUyuNlWsQV6qTmeoXWqmbmukgWeill6grVeewFKcsU+aq06ZqU+YIDOyITWxJDywKUauMFCsOVqqRGSoUWymYGukcWeihF6gmVSesE6cuk+ap1KYl1eXk1mWIjOxIzawJj2vK0itMlOrO12pRminU2+lYmyjc2Ohhlefm02dskqbslGZm1qXgGGVeWSVIzSwJDavJz6uLEmsM1SqPF+oR2qmVHGkY2uidF+gh1GenEics0easFKYmF2WeWWVcWiU",
        ["9 1.7"] = "ByrDCCrCCyvBECy/Fy29IC67KzC5ODG3RzK1WDSzazWxgDavkzetojmrpzqqpDuooTuoByrCCCrCCyvBEC2/Fy69IDC7KzG5ODO3RzS1WDazazexgDmvkzqtozyrqD2ppT6ooj6oCSvBCivBDS2/Ei++GTG8IjO6LTW4Oje2STm0WjuybT6wgkCulUKspESqqkaopkeno0imDCy/DS2/EC++FTG8HDS6JTe4MDq2PT20TECyXUOwcEauhUmsmEyqp0+orFGmqVOlplSlDy29EC69EzG8GDS6Hzi4KDy2M0C0QESyT0iwYEyuc1CsiFSqm1eoqlqmr1ykrF6jqV6jEi67EzC7FjO6Gze4Ijy2K0G0NkayQ0uwUlCuY1Wsdlmqi12onmCmrWKksmOir2ShrGShFTC5FjG5GTW4Hjq2JUC0LkayOUywRlKuVVisZl2qeWGojmSmoWaksGWitWSgsmKfr2KfGDG3GTO3HDe2IT20KESyMUuwPFKuSVmsWF+qaWOofGemkWekpGais2Kgt16etFydsFqdGzK1HDS1Hzm0JECyK0iwNFCuP1isTF+qW2SobGemf2ekk2WipmCgtFuet1ecslWbrlSbHjSzHzazIjuyJ0OwLkyuN1WsQl2qT2SoXmemb2ekgmOill6gp1mes1Wcs1OaqlOZpVOZIDWyITexJD2wKUauME+sOVmqRGKoUWemYGmkcWWihF2gmFeeqFOcr1KaqlSZnFeXlViXIjWwIziwJj+vK0itMlKrO1ypRmWnU2qlYmmjc2KhhlifmVGdp0+bq1KZoFiXjV2WhF+WIzawJDiwJz+uLEitM1OrPF2pR2anVGulY2mjdGGhh1efmVCdp0+bqVOZm1mXh1+WfWKV",
        ["23 6"] = "Jzq3KDq3Kzu2MDy2Nz21PT+0RkCyUEOxWUWwY0eubUitdkqrfUyqhE2piU6pjE6ojU6oKDq3KTq3LDu2MTy2OD21PT+0RkGyUEOxWkWvZEeubUmsdkqrfkyqhE2piU6ojE6ojU+oKDu2KTu2LDu2MTy1OD60PkCzRkGyUEOwWkWvZEeubUmsdkurfU2qhE6piE+oi0+ojE+nKTy2Kjy2LTy1Mj21OT+0PkCzR0KxUUSwWkauZEitbkqsdkyqfk2phE+oiU+njFCnjVCnKj21Kz21Lj61Mz+0OkCzP0KySESxUUavW0iuZUqsbkurd02qfk6ohVCniVCnjFGmjVGmKz60LD+0Lz+0NECzO0GyQUOxSUWwUkeuXEmtZkurb02qeE6pf1CohVGnilKmjVKmjlKlLUC0LkCzMUGzNkKyPEOxQkWwSkevVEmtXUusZ0yrcE6peFCogFGnhlKmilOljVOljlOkLkKzL0KyMkKyN0OxPkWwQ0avS0iuVUqtXkyraE6qcVCoeVGngVKmh1Sli1SkjlWkj1WkL0OyMEOyM0SxOEWxP0awREiuTEqtVkysX06qaVCpclGnelOmgVSlh1WkjFajjlajj1ajMEWxMUWxNEWxOUawQEivRUmuTUusV02rYE+qaVGoclOne1SlglWkiFajjFejj1iikFiiMUaxMkawNUawOkevQUmuRkutTkysV06qYVCpalKoc1Sme1WlglekiFijjViij1mikFmiMkawM0awNkewO0ivQUmuRkutT02sWE+qYVGpalOnc1Wme1akg1ejiFiijVmikFmhkFqhMkewM0ewNkevO0ivQUquR0ytT02rWFCqYVGoa1Onc1WmfFakg1ijiVmijVmikFqhkVqh",
    };
}
